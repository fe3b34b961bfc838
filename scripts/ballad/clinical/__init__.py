"""The clinical table: read, checked, turned into endpoints, joined to genotypes."""
