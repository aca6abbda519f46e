<doc id="мост 1/2" title="Мост 'Заря' открыт" date="2024-10-20" year="2024" month="2024-10" source="Северный вестник" author="Ефим Карачаров|Анна 'Тая' Горшенина" tag="город|мосты" url="https://severny-vestnik.example/most?a=1&b=2">
<p type="title">
<s>
Мост	мост	NOUN	NOUN,inan,masc,sing,nomn
"	"	PUNCT	PNCT
<g/>
Заря	заря	NOUN	NOUN,inan,femn,sing,nomn
<g/>
"	"	PUNCT	PNCT
открыт	открыть	VERB	PRTS,perf,past,pssv,masc,sing
</s>
</p>
<p type="lead">
<s>
Он	он	PRON	NPRO,masc,3per,Anph,sing,nomn
висячий	висячий	ADJ	ADJF,masc,sing,nomn
<g/>
.	.	PUNCT	PNCT
</s>
</p>
<p>
<s>
Мэр	мэр	NOUN	NOUN,anim,masc,sing,nomn
идёт	идти	VERB	VERB,impf,intr,sing,3per,pres,indc
по	по	ADP	PREP
улице	улица	NOUN	NOUN,inan,femn,sing,datv
(	(	PUNCT	PNCT
<g/>
ей	она	PRON	NPRO,femn,3per,Anph,sing,datv
весело	весело	ADV	ADVB,Prdx
<g/>
)	)	PUNCT	PNCT
<g/>
!	!	PUNCT	PNCT
</s>
<s>
Смеялись	смеяться	VERB	VERB,impf,intr,plur,past,indc
и	и	CCONJ	CONJ
дети	ребёнок	NOUN	NOUN,anim,masc,plur,nomn
<g/>
.	.	PUNCT	PNCT
</s>
</p>
<p type="heading">
<s>
Новый	новый	ADJ	ADJF,Qual,masc,sing,nomn
паром	паром	NOUN	NOUN,inan,masc,sing,nomn
</s>
</p>
<p>
<s>
Ушёл	уйти	VERB	VERB,perf,intr,masc,sing,past,indc
в	в	ADP	PREP
2024	2024	NUM	NUMB
<g/>
…	…	PUNCT	PNCT
</s>
</p>
</doc>
<doc id="b">
<p>
<s>
Да	да	PART	PRCL
<g/>
.	.	PUNCT	PNCT
</s>
</p>
</doc>
