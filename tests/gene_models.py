"""Gene models of UCSC tables as the GFF3 that ballad reads; used by tests."""

import gzip


def gff_lines(path, transcripts):
    """Write UCSC genePred rows as the lines of an Ensembl GFF3."""
    with gzip.open(path, "rt") as rows:
        for row in map(str.split, rows):
            name, chrom, strand, gene = row[1], row[2], row[3], row[12]
            if name not in transcripts.get(gene, ()):
                continue
            cds = int(row[6]), int(row[7])
            starts = [int(n) for n in row[9].strip(",").split(",")]
            ends = [int(n) for n in row[10].strip(",").split(",")]
            phases = row[15].strip(",").split(",")

            def line(kind, start, end, phase, said, chrom=chrom, strand=strand):
                place = (chrom, "refGene", kind, str(start + 1), str(end))
                return "\t".join([*place, ".", strand, phase, said])

            span = int(row[4]), int(row[5])
            yield line("gene", *span, ".", f"ID=gene:{gene};Name={gene}")
            said = f"ID=transcript:{name};Parent=gene:{gene};biotype=protein_coding"
            yield line("mRNA", *span, ".", said)
            for start, end, frame in zip(starts, ends, phases, strict=True):
                parent = f"Parent=transcript:{name}"
                yield line("exon", start, end, ".", parent)
                if max(start, cds[0]) < min(end, cds[1]):
                    phase = str(-int(frame) % 3)
                    low, high = max(start, cds[0]), min(end, cds[1])
                    yield line("CDS", low, high, phase, parent)
