"""Rule classify_genotypes: four-state lesions -> one genotype per patient."""

import pandas as pd

from ballad.evidence import counted_samples
from ballad.genotype import COLUMNS, counted_variants, genotype
from ballad.inputs.curation import read_curation
from ballad.job import log_to
from ballad.tables import read_table, write_table


def main(
    lesions: str,
    variants: str,
    curation: list[str],
    precedence: str,
    subtypes: str,
    expression_labels: str,
    genotypes: str,
    samples: list[dict],
    settings: dict,
) -> None:
    """Classify every patient of the lesion table."""
    states = read_table(lesions)
    rules = read_table(precedence).to_dict("records")
    names = read_table(subtypes).set_index("subtype").to_dict("index")
    labels = read_table(expression_labels)
    label_of = dict(zip(labels["label"], labels["lesion"], strict=True))
    counted = counted_samples(samples)
    keys = {(s["patient"], s["sample"], s["assay"]) for s in counted}
    calls = counted_variants(read_table(variants, numeric=["vaf"]))
    places = list(zip(*(calls[c] for c in KEY), strict=True))
    here = pd.Series([k in keys for k in places], index=calls.index, dtype=bool)
    purities = {
        tuple(s[c] for c in KEY): float(s["purity"]) for s in counted if s["purity"]
    }
    calls["purity"] = pd.Series(map(purities.get, places), calls.index, dtype=float)
    own_calls = calls[here]
    by_patient = dict(list(own_calls.groupby("patient")))
    decided = read_curation(curation)
    decided = decided[decided["lesion"] == "subtype"]
    curated = dict(zip(decided["patient"], decided["state"], strict=True))
    rows = []
    for patient, its in states.groupby("patient", sort=False):
        own = [s for s in counted if s["patient"] == patient]
        label = next(
            (s["expression_subtype"] for s in own if s["expression_subtype"]), ""
        )
        rows.append(
            genotype(
                str(patient),
                dict(zip(its["lesion"], its["state"], strict=True)),
                dict(zip(its["lesion"], its["basis"], strict=True)),
                rules,
                names,
                settings,
                label_of.get(label.lower(), label.lower()),
                curated.get(patient, ""),
                by_patient.get(patient, calls.iloc[:0]),
            )
        )
    write_table(pd.DataFrame(rows, columns=list(COLUMNS)), genotypes)


KEY = ("patient", "sample", "assay")

if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
