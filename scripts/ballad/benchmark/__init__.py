"""The reader of VCFs beside bcftools, on SYNTHETIC files."""
