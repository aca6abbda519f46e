"""`python -m corpus`, the same as `corpus`."""

from corpus.cli import main

if __name__ == "__main__":
    main()
