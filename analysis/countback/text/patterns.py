"""The patterns: every form of a number that is read, each with examples and with what it must leave alone.

To add a format, add a :class:`~countback.text.grammar.Pattern` to the list of its family, with an example that fails
without it and a counter-example. Within a family the first pattern that finds something keeps it.
"""

from __future__ import annotations

from countback.text.grammar import Pattern

P_VALUES = (
    Pattern(
        "p_value",
        "P (IN | OTHER | WORD | OF | THE | DIFF | CHANGE | AND){0,5} (OPEN | COLON | COMMA)? sign:sign p:p_number",
        (
            ("improved (P<0.001)", {"sign": "<", "p": "0.001"}),
            ("P< or =0.002", {"sign": "< or =", "p": "0.002"}),
            ("P for noninferiority = .03", {"sign": "=", "p": ".03"}),
            ("p = NS", {"sign": "=", "p": "NS"}),
        ),
        ("P. falciparum in 12 patients", "protein P, 0.5 mg"),
    ),
    Pattern(
        "p_value_without_sign",
        "P (IN | OTHER | OF){0,2} COLON? p:DEC",
        (("with a p-value of 0.03", {"p": "0.03"}), ("(p 0.41)", {"p": "0.41"})),
        ("vitamin P 12 mg",),
    ),
)

INTERVALS = (
    Pattern(
        "one_limit",
        "estimate:value measured (OPEN | CLOSE | gap){0,3} which:LIMIT (OF | THE | IN){0,3} level:PCT WORD{0,2} CI"
        " (OPEN CI CLOSE)? gap? limit:value",
        (("difference -0.6%; lower limit of 95% CI: -9.3%", {"estimate": "-0.6%", "limit": "-9.3%"}),),
        ("the lower limit of normal was 4.0",),
    ),
    Pattern(
        "interval",
        "estimate:value measured aside? (OPEN | CLOSE | gap | PV | VS){0,4} WORD{0,2} ci limits",
        (
            ("RR 0.68; 95% CI, 0.49-0.96", {"estimate": "0.68", "lower": "0.49", "upper": "0.96", "level": "95%"}),
            ("HR 0·84 [95% CI 0·60-1·17]", {"estimate": "0·84", "lower": "0·60", "upper": "1·17"}),
            ("0.32 log pg/mL (95% CI, 0.02 to 0.62)", {"estimate": "0.32", "lower": "0.02", "upper": "0.62"}),
            ("by 12.8 [95% confidence interval (CI): 4.8-20.8]", {"estimate": "12.8", "upper": "20.8"}),
        ),
        ("aged 60 (range 40-80) years",),
    ),
    Pattern(
        "interval_first",
        "estimate:value UNIT{0,2} OPEN limits CLOSE level:PCT CI",
        (("0.12 [-0.04; 0.28]95%CI", {"estimate": "0.12", "lower": "-0.04", "upper": "0.28", "level": "95%"}),),
        ("0.12 [-0.04; 0.28]",),
    ),
    Pattern(
        "interval_bare",
        "estimate:value measured OPEN limits (CLOSE | COMMA | SEMI)",
        (("0.70 [0.57 to 0.85]", {"estimate": "0.70", "lower": "0.57", "upper": "0.85"}),),
        ("7.2% vs 0.8%",),
    ),
    Pattern(
        "interval_bare_comma",
        "estimate:value COMMA limits (CLOSE | (COMMA | SEMI) PV)",
        (("HR 0·71, 0·54-0·94)", {"estimate": "0·71", "lower": "0·54", "upper": "0·94"}),),
        ("HR 0·71, 12 of 94)",),
    ),
)
"""An estimate with its interval. The last two are kept only where words say that it is one."""

SPREADS = (
    Pattern(
        "mean_sd",
        "mean:value (UNIT | WORD | SLASH){0,3} (PM | OPEN (PM | PM? SD) gap?) sd:spread",
        (("-1.54% ± 1.26%", {"mean": "-1.54%", "sd": "1.26%"}), ("66.7 (SD, 14.0)", {"mean": "66.7", "sd": "14.0"})),
        ("within ± 200 mL",),
    ),
    Pattern(
        "mean_sd_announced",
        "mean:value UNIT{0,2} OPEN sd:plain CLOSE",
        (("12.9 (0.25)", {"mean": "12.9", "sd": "0.25"}),),
        ("12.9 (0.2-0.3)",),
    ),
)
"""A mean with its SD. The last is kept only where "mean (SD)" was said before it."""

CELLS = (
    Pattern(
        "events_of_total",
        "events:whole PEOPLE? (SLASH | OUT? OF THE?) total:NUM noun joint{1,2} percent:share",
        (
            ("25 of 241 patients (10.4%)", {"events": "25", "total": "241", "percent": "10.4%"}),
            ("8/89 or 9.0%", {"events": "8", "total": "89", "percent": "9.0%"}),
            ("16 of the 29 patients in the active group (55%)", {"events": "16", "total": "29", "percent": "55%"}),
        ),
        ("38 6/7 weeks", "125 of 241 patients had 2 or 3"),
    ),
    Pattern(
        "events_of_total_signless",
        "events:whole (SLASH | OF THE?) total:NUM PEOPLE? OPEN percent:plain CLOSE",
        (("12/50 (24)", {"events": "12", "total": "50", "percent": "24"}),),
        ("12/50 (24 hours)",),
    ),
    Pattern(
        "percent_then_fraction",
        "percent:PCT noun (OPEN | COMMA | SEMI | COLON | EQ){1,2} (N EQ)? events:whole PEOPLE? (SLASH | OUT? OF THE?)"
        " total:NUM",
        (
            ("33.3% (37/111)", {"events": "37", "total": "111", "percent": "33.3%"}),
            ("65% of eyes [n = 36 of 55]", {"events": "36", "total": "55", "percent": "65%"}),
        ),
        ("33.3% (37 to 111)",),
    ),
    Pattern(
        "percent_within_fraction",
        "events:whole noun OPEN percent:share CLOSE PEOPLE? OUT? OF THE? total:NUM",
        (("three (3%) of 111 patients", {"events": "three", "total": "111", "percent": "3%"}),),
        ("three (3%) of them",),
    ),
    Pattern(
        "percent_of_total",
        "percent:PCT OF THE? total:NUM noun OPEN (N EQ)? events:whole PEOPLE? CLOSE",
        (("41% of the 111 patients (n = 45)", {"events": "45", "total": "111", "percent": "41%"}),),
        ("41% of the 111 patients",),
    ),
    Pattern(
        "events_percent",
        "(N EQ)? events:whole (PEOPLE | WORD | GROUP){0,4} OPEN percent:share",
        (
            ("25 patients (40%)", {"events": "25", "percent": "40%"}),
            ("n = 7 [18.4%]", {"events": "7", "percent": "18.4%"}),
        ),
        ("week 12 (40%)", "2.5 (40%)"),
    ),
    Pattern(
        "events_percent_in_brackets",
        "OPEN (N EQ)? events:NUM PEOPLE{0,2} (COMMA | SEMI | EQ | OR) percent:share CLOSE",
        (
            ("(42 patients, 33%)", {"events": "42", "percent": "33%"}),
            ("(n = 42, 33%)", {"events": "42", "percent": "33%"}),
        ),
        ("(42 days, 33%)",),
    ),
    Pattern(
        "percent_events_in_brackets",
        "OPEN percent:PCT (COMMA | SEMI) N EQ events:NUM CLOSE",
        (("(33%, n = 42)", {"events": "42", "percent": "33%"}),),
        ("(33%, 42)",),
    ),
    Pattern(
        "percent_events",
        "percent:PCT (OF? THE? PEOPLE)? OPEN ((N EQ)? events:whole PEOPLE?) (CLOSE | COMMA | SEMI)",
        (("18.4% (n = 7)", {"events": "7", "percent": "18.4%"}),),
        ("18.4% (7.2)", "18.4% (7 days)", "5% foam (n = 161)"),
    ),
    Pattern(
        "fraction",
        "events:whole PEOPLE? (SLASH | OUT? OF THE?) total:NUM",
        (("5 of 9 patients", {"events": "5", "total": "9"}),),
        ("5 or 9 patients",),
    ),
    Pattern(
        "percent",
        "percent:PCT",
        (("in 46.5% of patients", {"percent": "46.5%"}),),
        ("a change of -46.5%",),
    ),
)
"""A proportion: a count with its percentage, a fraction, or a percentage alone; the last two serve comparisons."""

ASIDES = (
    Pattern(
        "components",
        "OPEN BARE (WORD | PEOPLE | IN | UNIT | OF | LABEL){1,5} (COMMA | SEMI | AND | COMMA AND) BARE word{1,5}"
        " ((COMMA | SEMI | AND | COMMA AND) BARE word{1,5}){0,4} CLOSE",
        (("(28.2% thrombosis, 25.0% death)", {}),),
        ("(28.2% vs 25.0%)",),
    ),
)
"""What is between two arms without being one of them: the components of an outcome."""

COMPARISONS = (
    Pattern(
        "versus_signless",
        "first:plain VS second:cell",
        (("12 vs 25%", {"first": "12", "second": "25%"}),),
        ("12 vs 25",),
    ),
    Pattern(
        "signless_second",
        "first:cell VS second:plain (CLOSE | COMMA | SEMI)",
        (("(30.3% vs. 27.3)", {"first": "30.3%", "second": "27.3"}),),
        ("30.3% vs. 27.3 mg",),
    ),
    Pattern(
        "two_against_one",
        "first:cell filler{0,12} (AND | COMMA) filler{0,4} second:cell filler{0,14} VS filler{0,12} third:cell",
        (("(83.9% and 77.0% vs. 60.2%)", {"first": "83.9%", "second": "77.0%", "third": "60.2%"}),),
        ("83.9% and 77.0%",),
    ),
    Pattern(
        "one_against_two",
        "first:cell filler{0,12} VS filler{0,12} second:cell (filler | SEMI PV){0,12} (AND | COMMA AND)"
        " filler{0,12} third:cell",
        (
            (
                "21.5% with placebo compared with 31.4% and 30.2% with the doses of 5 and 10 mg",
                {"first": "21.5%", "second": "31.4%", "third": "30.2%"},
            ),
        ),
        ("21.5% and 31.4%",),
    ),
    Pattern(
        "versus",
        "first:cell filler{0,24} VS filler{0,24} second:cell",
        (
            ("(51.0% vs 30.8%)", {"first": "51.0%", "second": "30.8%"}),
            ("41.9% with standard than 28.7% with high doses", {"first": "41.9%", "second": "28.7%"}),
        ),
        ("51.0% and 30.8%", "51.0%. Versus 30.8%"),
    ),
    Pattern(
        "respectively_signless",
        "first:plain AND second:BARE filler{0,12} RESPECTIVELY",
        (("14.3 and 10.2% respectively", {"first": "14.3", "second": "10.2%"}),),
        ("14.3 and 10.2% at last",),
    ),
    Pattern(
        "both",
        "first:cell (word | COMMA | CLOSE | REL | BARE | PCT){0,12} IN EACH GROUP",
        (("80% had peaked by then in both groups", {"first": "80%"}),),
        ("80% had peaked by then",),
    ),
    Pattern(
        "respectively",
        "first:cell filler{0,3} (AND | COMMA AND) filler{0,3} second:cell (filler | SEMI){0,20} RESPECTIVELY",
        (("10 (12%) and 12 (14%), respectively", {"first": "10 (12%", "second": "12 (14%"}),),
        ("10 (12%) and 12 (14%) at last",),
    ),
    Pattern(
        "three_arms",
        "first:cell filler{0,12} (COMMA | SEMI) filler{0,6} second:cell filler{0,12} (AND | COMMA AND | SEMI AND)"
        " filler{0,6} third:cell",
        (
            (
                "20% with placebo, 30% with low doses, and 40% with high doses",
                {"first": "20%", "second": "30%", "third": "40%"},
            ),
        ),
        ("20% with placebo, 30% with low doses",),
    ),
    Pattern(
        "arms",
        "first:cell filler{0,14} (AND | BUT | COMMA | SEMI) filler{0,8} second:cell",
        (
            (
                "60.5% with rituximab and 40.5% with placebo",
                {"first": "60.5%", "second": "40.5%"},
            ),
            ("(linaclotide = 4.6%, placebo = 1.6%)", {"first": "4.6%", "second": "1.6%"}),
        ),
        ("60.5% with rituximab. Then 40.5% with placebo",),
    ),
)
"""Two arms side by side. The last two are kept only where the words name two arms."""

COUNTS = (
    Pattern(
        "counts",
        "first:whole PEOPLE (word | OPEN | CLOSE){1,12} (AND | BUT | VS | COMMA) filler{0,3}"
        " second:whole PEOPLE? (IN | WORD)",
        (
            (
                "Three patients died in hospital after surgery but none after radiation",
                {"first": "Three", "second": "none"},
            ),
        ),
        ("Three days after surgery",),
    ),
    Pattern(
        "counts",
        "first:whole PEOPLE (WORD | IN){0,2} IN each:EACH GROUP",
        (("in 14 participants in each group", {"first": "14"}),),
        ("14 in both trials",),
    ),
)
"""Counts without percentages or totals, kept only where something happened to people and two arms are named."""

SIZES = (
    Pattern(
        "n_equals",
        "N EQ size:NUM",
        (("placebo (n = 27)", {"size": "27"}),),
        ("the n of 27",),
    ),
    Pattern(
        "people_in_brackets",
        "OPEN size:NUM PEOPLE CLOSE",
        (("randomized to ablation (63 patients)", {"size": "63"}),),
        ("ablation (63 days)",),
    ),
    Pattern(
        "assigned",
        "first:whole (PEOPLE | WORD | SIZED | THE | OTHER){0,7} (IN | TO) (word | OPEN | CLOSE){1,14}"
        " (AND | COMMA | SEMI | BUT)"
        " (THE | WORD)? second:whole (PEOPLE | WORD | SIZED | THE | OTHER){0,6} (IN | TO) name:name_end",
        (("67 were assigned to receive rituximab and 68 to receive mycophenolate", {"first": "67", "second": "68"}),),
        ("67 of rituximab and 68 of placebo",),
    ),
    Pattern(
        "listed",
        "OPEN first:NUM (WORD | GROUP | IN | THE | PEOPLE | SLASH | LABEL){1,6} (COMMA | AND | SEMI | VS) second:NUM"
        " (WORD | GROUP | IN | THE | PEOPLE | SLASH | LABEL){1,6} CLOSE",
        (("353 patients (178 laser, 175 control)", {"first": "178", "second": "175"}),),
        ("(178 laser)",),
    ),
    Pattern(
        "each",
        "size:NUM (PEOPLE | WORD | SIZED | THE | OTHER | IN | TO | WORDNUM){0,6} EACH (GROUP | OF THE WORDNUM GROUP)",
        (("with 274 assigned to each group", {"size": "274"}),),
        ("274 in both trials",),
    ),
)
"""Sizes of groups."""

FAMILIES = {
    "p-values": P_VALUES,
    "intervals": INTERVALS,
    "means": SPREADS,
    "proportions": CELLS,
    "comparisons": COMPARISONS,
    "counts": COUNTS,
    "sizes": SIZES,
}
