"""The words that the grammar knows, each with its class: the one place to add a word.

A class is what a pattern names (``CI``, ``RATIO``, ``PEOPLE``); a word that is in none of them is a ``WORD``.
"""

from __future__ import annotations

import re

CLASSES = (
    "NUM", "DEC", "NEG", "PCT", "SPCT", "WORDNUM", "LABEL", "OPEN", "CLOSE", "COMMA", "SEMI", "COLON", "DASH", "SLASH",
    "EQ", "REL", "PM", "TO", "AND", "OR", "OF", "VS", "BUT", "P", "CI", "RATIO", "DIFF", "CHANGE", "EFFICACY", "SD",
    "SE", "MEAN", "MEDIAN", "N", "PEOPLE", "UNIT", "RESPECTIVELY", "EACH", "IN", "THE", "GROUP", "LIMIT", "SIZED",
    "OTHER", "NS", "OUT", "WORD", "STOP", "CELL", "BARE", "SHARE", "EST", "PV", "SPREAD",
)  # fmt: skip
"""Every class of a token; from ``CELL`` on, what the patterns for comparisons see in place of an item."""

CODE = {name: chr(ord("A") + i if i < 26 else ord("a") + i - 26 if i < 52 else 0xC0 + i - 52)
        for i, name in enumerate(CLASSES)}  # fmt: skip
"""One character for each class: patterns are matched on strings of these."""

WORDS = {
    "TO": "to until through",
    "AND": "and & plus",
    "OR": "or",
    "OF": "of",
    "VS": "vs versus v than against",
    "BUT": "but while whereas",
    "P": "p",
    "CI": "ci cis cri ci95 95ci",
    "CHANGE": "change changes changed decrease decreased decreases decline declined reduction reductions reduced"
    " increase increased increases improvement improvements improved rose fell dropped",
    "SD": "sd sds s.d",
    "SE": "se sem s.e",
    "MEAN": "mean means average averages averaged",
    "MEDIAN": "median medians iqr interquartile range ranges ranged ranging quartile quartiles",
    "N": "n",
    "PEOPLE": "patients patient participants participant subjects subject women men children people persons individuals"
    " adults infants volunteers cases eyes girls boys mothers students workers residents nights recipients babies"
    " neonates adolescents males females veterans completers responders survivors respondents families households"
    " limbs knees hips teeth implants pregnancies deliveries procedures cycles fractures lesions wounds",
    "UNIT": "mg g kg ml l mm cm m km h hr hrs hour hours min mins minute minutes s sec second seconds day days week"
    " weeks wk month months mo year years yr yrs y mcg μg µg ug nmol mmol mol ng pg iu u units unit mmhg cc points"
    " point letters bpm gy cgy mci db hz kcal kj episodes letter doses dose mhz nm joule joules",
    "RESPECTIVELY": "respectively",
    "EACH": "each both",
    "IN": "in with for among after on receiving received who by at under given taking treated assigned during within"
    " from undergoing having using",
    "THE": "the a an these those whom all",
    "GROUP": "group groups arm arms",
    "SIZED": "randomized randomised randomly allocated allocation assigned enrolled recruited included randomization"
    " randomisation analyzed analysed",
    "OTHER": "noninferiority non-inferiority equivalence",
    "NS": "ns n.s",
    "OUT": "out",
}  # fmt: skip

RATIOS = {
    "HR": "hazard ratio|hazards ratio|HR|HRs|hazard ratios",
    "OR": "odds ratio|odds ratios|OR|ORs",
    "RR": "relative risk|relative risks|risk ratio|risk ratios|RR|RRs",
    "IRR": "incidence rate ratio|incidence rate ratios|incidence ratio|incident rate ratio|IRR|IRRs",
    "rate ratio": "rate ratio|rate ratios|event rate ratio",
    "PR": "prevalence ratio|prevalence ratios|PR",
    "geometric mean ratio": "geometric mean ratio|geometric mean ratios|geometric least squares mean ratio|GMR|GMRs",
    "aHR": "aHR|adj HR",
    "aOR": "aOR|adj OR",
    "aRR": "aRR",
    "aIRR": "aIRR",
    "win ratio": "win ratio",
    "ratio": "ratio|ratios|relative rate|relative hazard|odds",
}
EFFICACIES = {
    "vaccine efficacy": "vaccine efficacy|vaccine effectiveness|VE",
    "efficacy": "protective efficacy|protective effectiveness",
    "relative risk reduction": "relative risk reduction|relative reduction|RRR|hazard reduction",
}
DIFFERENCES = {
    "LS mean difference": "least squares mean difference|least-squares mean difference|LS mean difference|LSMD"
    "|least squares mean treatment difference|least-squares mean treatment difference|LSM difference",
    "mean difference": "mean difference|mean differences|MD|weighted mean difference|WMD|difference in means",
    "risk difference": "risk difference|risk differences|RD|absolute risk reduction|ARR|rate difference"
    "|absolute risk difference",
    "absolute difference": "absolute difference|absolute differences",
    "treatment difference": "treatment difference|treatment differences|estimated treatment difference|ETD"
    "|treatment effect|difference estimate",
    "difference": "difference|differences|standardized mean difference|SMD|effect size|coefficient"
    "|between-group difference|net change",
}
PHRASES = {
    "CI": "confidence intervals?|credible intervals?|credibility intervals?|confidence limits?|CI ?95|C\\.I\\.",
    "VS": "vs\\.|compared (?:with|to)|in comparison (?:with|to)|as opposed to|relative to|v\\.(?= )",
    "P": "p(?:[- ]|\\s)?values?(?: of| was| were| is)?",
    "SD": "standard deviations?|s\\.d\\.",
    "SE": "standard errors?|s\\.e\\.m?\\.?",
    "REL": "(?:less|greater|more) than(?=\\s[\\d.])",
    "LIMIT": "(?:lower|upper) (?:limit|bound|boundary)",
    "OTHER": "non-? ?inferiority",
    "UNIT": "percentage points?|percent points?",
    "MEDIAN": "interquartile ranges?|inter-quartile ranges?",
}
NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"none": 0}
TENS = {
    w: 10 * (i + 2)
    for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}

LABELLERS = frozenset(
    [
        "week",
        "weeks",
        "day",
        "days",
        "month",
        "months",
        "year",
        "years",
        "phase",
        "grade",
        "grades",
        "stage",
        "type",
        "types",
        "visit",
        "cycle",
        "cycles",
        "part",
        "step",
        "version",
        "class",
        "category",
        "hour",
        "hours",
        "wk",
        "no",
        "number",
        "numbers",
        "nct",
        "level",
        "vitamin",
        "figure",
        "table",
        "appendix",
        "criteria",
        "factor",
        "interleukin",
        "chapter",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "group",
        "cohort",
        "arm",
        "study",
        "trial",
        "dose",
        "top",
        "sf",
        "per",
    ]
)
"""Words after which a number is a name: week 12, grade 3, group 1."""

GRADES = frozenset(["grade", "stage", "phase", "type", "class"])
"""Words of this kind label every number of "grade 3 or 4"."""

PLURAL_LABELLERS = frozenset(["weeks", "days", "months", "years", "grades", "types", "hours", "cycles"])


def _classes() -> dict[str, str]:
    return {word: name for name, words in WORDS.items() for word in words.split()}


WORD_CLASS = _classes() | dict.fromkeys(NUMBER_WORDS, "WORDNUM") | dict.fromkeys(TENS, "WORDNUM")
EXACT_CLASS: dict[str, tuple[str, str]] = {}
"""Abbreviations whose capitals matter (``OR`` is a measure, ``or`` is not), each with its class and measure."""

_STARTS: dict[str, list[tuple[str, str, str]]] = {}
for _class, _names in (("RATIO", RATIOS), ("EFFICACY", EFFICACIES), ("DIFF", DIFFERENCES)):
    for _name, _forms in _names.items():
        for _form in _forms.split("|"):
            if " " in _form:
                _STARTS.setdefault(re.split(r"[ -]", _form)[0].lower(), []).append(
                    (_form.replace(" ", r"[\s-]{1,2}"), _class, _name)
                )
            elif _form.islower():
                WORD_CLASS[_form] = _class
                EXACT_CLASS[_form] = (_class, _name)
            else:
                EXACT_CLASS[_form] = (_class, _name)
for _class, _pattern in PHRASES.items():
    for _form in _pattern.split("|") if "(" not in _pattern else [_pattern]:
        for _first in {
            "CI": ("confidence", "credible", "credibility", "ci", "c"),
            "VS": ("vs", "compared", "in", "as", "relative", "v"),
            "P": ("p",),
            "SD": ("standard", "s"),
            "SE": ("standard", "s"),
            "REL": ("less", "greater", "more"),
            "LIMIT": ("lower", "upper"),
            "OTHER": ("non",),
            "UNIT": ("percentage", "percent"),
            "MEDIAN": ("interquartile", "inter"),
        }[_class]:
            _STARTS.setdefault(_first, []).append((_form, _class, ""))


def _phrase(form: str) -> re.Pattern[str]:
    """Expression of a phrase, which ends where its last word does."""
    whole = form[-1].isalnum() or form[-1] in "?)"
    return re.compile(rf"(?:{form})(?![\w])" if whole else form, re.IGNORECASE)


PHRASE_STARTS = {
    first: [(_phrase(form), name, measure) for form, name, measure in sorted(forms, key=lambda f: -len(f[0]))]
    for first, forms in _STARTS.items()
}
"""Phrases of several words by their first word: the expression, the class, the measure."""
