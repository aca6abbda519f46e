"""Results: read-only views over one Arrow table that show themselves and leave in any form."""
