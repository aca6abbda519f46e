"""Readings that the dictionary lacks: pronouns, abbreviations and the like. Tables, no code.

The dictionary has того under тот only, and кг as a word of its own; a reader looks them up under то
and килограмм, and so do the treebanks UD Russian-GSD and UD Russian-Taiga. Which reading a word has
in its sentence is decided with those of the dictionary.
"""

from __future__ import annotations

# Form, folded → lemma, part of speech (UPOS) and tag (OpenCorpora). A form marked with `=` has
# these readings and no others.
WORDS = """
=все     весь    DET    ADJF,Subx,Apro plur,nomn
=все     всё     ADV    ADVB
=все     всё     PART   PRCL
=все     всё     PRON   NPRO neut,sing,nomn
=все     всё     PRON   NPRO neut,sing,accs
=все     все     PRON   NPRO plur,nomn
=все     все     PRON   NPRO plur,accs
=все     весь    DET    ADJF,Subx,Apro inan,plur,accs
=все     весь    DET    ADJF,Subx,Apro neut,sing,nomn
=все     весь    DET    ADJF,Subx,Apro neut,sing,accs
всего    всё     PRON   NPRO neut,sing,gent
всему    всё     PRON   NPRO neut,sing,datv
всем     всё     PRON   NPRO neut,sing,ablt
всем     всё     PRON   NPRO neut,sing,loct
всем     все     PRON   NPRO plur,datv
всех     все     PRON   NPRO plur,gent
всех     все     PRON   NPRO plur,accs
всех     все     PRON   NPRO plur,loct
всеми    все     PRON   NPRO plur,ablt
=ее      её      DET    ADJF,Fixd,Apro,Anph
=ее      она     PRON   NPRO,femn,3per,Anph sing,accs
=ее      она     PRON   NPRO,femn,3per,Anph sing,gent
=его     его     DET    ADJF,Fixd,Apro,Anph
=его     он      PRON   NPRO,masc,3per,Anph sing,accs
=его     он      PRON   NPRO,masc,3per,Anph sing,gent
=его     оно     PRON   NPRO,neut,3per,Anph sing,accs
=его     оно     PRON   NPRO,neut,3per,Anph sing,gent
=их      их      DET    ADJF,Fixd,Apro,Anph
=их      они     PRON   NPRO,3per,Anph plur,accs
=их      они     PRON   NPRO,3per,Anph plur,gent
то       то      PRON   NPRO neut,sing,nomn
то       то      PRON   NPRO neut,sing,accs
то       то      CCONJ  CONJ
того     то      PRON   NPRO neut,sing,gent
тому     то      PRON   NPRO neut,sing,datv
тем      то      PRON   NPRO neut,sing,ablt
том      то      PRON   NPRO neut,sing,loct
нет      нет     PART   PRCL
больше   больше  ADV    ADVB
больше   много   NUM    NUMR,COMP
меньше   меньше  ADV    ADVB
меньше   мало    NUM    NUMR,COMP
раньше   раньше  ADV    ADVB
дальше   дальше  ADV    ADVB
позднее  позднее ADV    ADVB
позже    позже   ADV    ADVB
чтоб     чтобы   SCONJ  CONJ
чтобы    чтобы   SCONJ  CONJ
правда   правда  ADV    ADVB
однако   однако  ADV    ADVB
друг     друг    PRON   NPRO
щас      щас     ADV    ADVB
"""

# Abbreviation, without its full stop → the words that it stands for, with their part of speech.
ABBREVIATIONS = """
акад     академик NOUN
англ     английский ADJ
букв     буквально ADV
в        век NOUN
вв       век NOUN
вс       воскресенье NOUN
г        год NOUN, город NOUN, грамм NOUN
гг       год NOUN
гр       грамм NOUN, гражданин NOUN
д        далее ADV, дом NOUN
долл     доллар NOUN
др       другой ADJ
е        быть VERB
ед       единица NOUN
изд      издание NOUN
ил       иллюстрация NOUN
им       имя NOUN
ит       итальянский ADJ
к        как SCONJ
кв       квадратный ADJ, квартира NOUN
кг       килограмм NOUN
км       километр NOUN
коп      копейка NOUN
л        литр NOUN, ложка NOUN, лист NOUN
лат      латинский ADJ
м        метр NOUN
мг       миллиграмм NOUN
мин      минута NOUN
мл       миллилитр NOUN, младший ADJ
млн      миллион NOUN
млрд     миллиард NOUN
мм       миллиметр NOUN
н        наш DET
напр     например ADV
нем      немецкий ADJ
обл      область NOUN
ок       около ADP
п        подобный ADJ, пункт NOUN
пер      перевод NOUN, переулок NOUN
пн       понедельник NOUN
пр       прочий ADJ, проспект NOUN
проф     профессор NOUN
пт       пятница NOUN
р        рубль NOUN, река NOUN
ред      редакция NOUN, редактор NOUN
реж      режиссёр NOUN
рис      рисунок NOUN
род      родиться VERB
руб      рубль NOUN
с        страница NOUN
сб       суббота NOUN
св       святой ADJ
сек      секунда NOUN
см       сантиметр NOUN, смотреть VERB
сокр     сокращённо ADV
ср       среда NOUN, сравнить VERB
ст       статья NOUN, столовый ADJ, стакан NOUN, станция NOUN
стр      страница NOUN
т        так ADV, то PRON, тонна NOUN, том NOUN
тел      телефон NOUN
трлн     триллион NOUN
тыс      тысяча NOUN
ул       улица NOUN
ум       умереть VERB
фр       французский ADJ, франк NOUN
ч        час NOUN, часть NOUN
чел      человек NOUN
чт       четверг NOUN
шт       штука NOUN
э        эра NOUN
"""
