from ballad.reads.placing import placed

PLACES = {"chr17:1000": ("chr17", 1000), "chr9:50": ("chr9", 50)}
LENGTHS = {"chr9": 9000, "chr17": 17000}


def moved(*lines):
    return [line.rstrip("\n") for line in placed(lines, PLACES, LENGTHS)]


def test_the_header_has_the_chromosomes_of_the_genome():
    header = moved("@SQ\tSN:chr17:1000\tLN:80\n", "@SQ\tSN:chr9:50\tLN:8\n", "@PG\tx\n")

    assert header == ["@SQ\tSN:chr9\tLN:9000", "@SQ\tSN:chr17\tLN:17000", "@PG\tx"]


def test_a_pair_on_one_stretch_moves_by_what_lies_before_it():
    (line,) = moved("r\t99\tchr17:1000\t5\t60\t4M\t=\t9\t8\tACGT\tIIII\tNM:i:0\n")

    assert line == "r\t99\tchr17\t1005\t60\t4M\t=\t1009\t8\tACGT\tIIII\tNM:i:0"


def test_a_mate_and_a_split_part_elsewhere_move_by_their_own():
    (line,) = moved(
        "r\t65\tchr17:1000\t5\t60\t4M\tchr9:50\t7\t0\tACGT\tIIII\t"
        "SA:Z:chr9:50,3,+,2S2M,60,0;\tXA:Z:chr9:50,+3,4M,0;\n"
    )

    assert line.split("\t")[6:8] == ["chr9", "57"]
    assert line.endswith("SA:Z:chr9,53,+,2S2M,60,0;")


def test_an_unaligned_read_stays_nowhere():
    line = "r\t4\t*\t0\t0\t*\t*\t0\t0\tACGT\tIIII"

    assert moved(f"{line}\n") == [line]
