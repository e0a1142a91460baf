"""Figures that others published, with their source; patterns are (answers, people)."""

LSAT7 = (
    "00000 12, 00001 19, 00010 1, 00011 7, 00100 3, 00101 19, 00110 3, 00111 17, 01000 10, 01001 5, 01010 3, "
    "01011 7, 01100 7, 01101 23, 01110 8, 01111 28, 10000 7, 10001 39, 10010 11, 10011 34, 10100 14, 10101 51, "
    "10110 15, 10111 90, 11000 6, 11001 25, 11010 7, 11011 35, 11100 18, 11101 136, 11110 32, 11111 308"
)
"""LSAT section 7, Bock & Lieberman (1970), Psychometrika 35, 179-197."""

LSAT6 = (
    "00000 3, 00001 6, 00010 2, 00011 11, 00100 1, 00101 1, 00110 3, 00111 4, 01000 1, 01001 8, 01011 16, 01101 3, "
    "01110 2, 01111 15, 10000 10, 10001 29, 10010 14, 10011 81, 10100 3, 10101 28, 10110 15, 10111 80, 11000 16, "
    "11001 56, 11010 21, 11011 173, 11100 11, 11101 61, 11110 28, 11111 298"
)
"""LSAT section 6, from the same article."""

# github.com/philchalmers/mirt, tests/testthat/test-01-mirtOne.R
LSAT7_A = (0.988, 1.081, 1.706, 0.7651, 0.7358)
LSAT7_D = (1.8561, 0.808, 1.8043, 0.486, 1.8545)
LSAT7_A_95 = ((0.6406, 1.3354), (0.7501, 1.4119), (1.0779, 2.334), (0.5022, 1.028), (0.4395, 1.032))
LSAT7_D_95 = ((1.5984, 2.1138), (0.6291, 0.9869), (1.4036, 2.205), (0.3392, 0.6328), (1.6302, 2.0787))
LSAT7_LOG_LIKELIHOOD = -2658.805
LSAT7_DF = 21
LSAT7_EQUAL_A = 1.011
LSAT7_EQUAL_D = (1.868, 0.791, 1.461, 0.521, 1.993)
LSAT7_S_X2 = (4.74944, 14.451071, 1.270381, 5.2374, 0.941125)
LSAT7_M2 = 11.93841
LSAT7_SUM_THETA = (-1.86979, -1.431861, -0.9488463, -0.4131963, 0.1517289, 0.7271877)
LSAT7_SUM_SD = (0.6927032, 0.6838697, 0.6942298, 0.7210951, 0.758772, 0.8009335)
LSAT7_SUM_EXPECTED = (10.08994, 44.65882, 109.773, 207.7391, 319.1854, 308.5536)
LSAT7_RELIABILITY = 0.4319948

# Documentation of the package mirt, printed results of itemstats() for LSAT7 and LSAT6
LSAT7_ALPHA = 0.453
LSAT7_SEM = 0.886
LSAT7_ITEM_TOTAL = (0.530, 0.600, 0.611, 0.592, 0.461)
LSAT7_ITEM_REST = (0.246, 0.247, 0.313, 0.223, 0.175)
LSAT7_ALPHA_WITHOUT = (0.396, 0.394, 0.345, 0.415, 0.438)
LSAT6_ALPHA = 0.295
LSAT6_ITEM_REST = (0.113, 0.153, 0.173, 0.144, 0.122)
LSAT6_ALPHA_WITHOUT = (0.275, 0.238, 0.217, 0.246, 0.266)

# Rizopoulos (2006), Journal of Statistical Software 17(5), and the package ltm, example data LSAT
LSAT6_B = (-3.3597, -1.3696, -0.2799, -1.8659, -3.1236)
LSAT6_A = (0.8254, 0.7229, 0.8905, 0.6886, 0.6575)
LSAT6_LOG_LIKELIHOOD = -2466.653
LSAT6_EQUAL_A = 0.7551
LSAT6_EQUAL_B = (-3.6153, -1.3224, -0.3176, -1.7301, -2.7802)
LSAT6_EQUAL_LOG_LIKELIHOOD = -2466.938

# github.com/cran/TestDesign, tests/testthat/test_calcFisher_value.R: sum over theta = -3..3 of ln information
FISHER = (
    ("1pl", 1.0, (0.5,), 0.0, -15.57702),
    ("2pl", 1.5, (0.5,), 0.0, -15.12525),
    ("3pl", 1.0, (0.5,), 0.2, -21.50401),
    ("gpcm", 1.2, (-0.8, -1.0, 0.5), 0.0, -7.756598),
    ("grm", 0.9, (-1.0, 0.0, 1.0), 0.0, -12.44241),
    ("pcm", 1.0, (-1.0, 0.0, 1.0), 0.0, -7.791232),
)

# Kolen & Brennan (2004), Test Equating, Scaling and Linking, ch. 2: two forms of a mathematics test, random groups.
ACT_X = (
    "0 1 1 3 9 18 59 67 91 144 149 192 192 192 201 204 217 181 184 170 201 147 163 147 140 147 126 113 100 106 "
    "107 91 83 73 72 75 50 37 38 23 15"
)
ACT_Y = (
    "0 1 3 13 42 59 95 131 158 161 194 164 166 197 177 158 169 132 158 151 134 137 122 110 116 132 104 104 114 "
    "97 107 88 80 79 70 61 48 47 29 32 12"
)
ACT_MOMENTS_X = (19.8524, 8.2116, 0.3753, 2.3024)
ACT_MOMENTS_Y = (18.9798, 8.9393, 0.3527, 2.1464)
ACT_EQUIPERCENTILE = {
    0: 0.0, 1: 0.9796, 2: 1.6462, 3: 2.2856, 4: 2.8932, 5: 3.6205, 6: 4.4997, 7: 5.5148, 8: 6.3124, 9: 7.2242,
    10: 8.1607, 11: 9.1827, 12: 10.1859, 13: 11.2513, 14: 12.3896, 15: 13.3929,
}  # fmt: skip


def patterns(text: str) -> tuple[list[list[int]], list[int]]:
    """Answers and how many people gave them."""
    pairs = [entry.split() for entry in text.split(", ")]
    return [[int(cell) for cell in answers] for answers, _ in pairs], [int(count) for _, count in pairs]


def counts(text: str) -> list[int]:
    return [int(count) for count in text.split()]
