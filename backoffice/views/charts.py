"""Charts as Plotly's JSON: few kinds, the desk's colours, and right to left where the page is.

The words of axes and ticks come from here, in the page's language and digits; the browser only draws. Source: stack.md,
interface.md "Managers".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from backoffice.i18n import _, current_language, text_direction
from backoffice.views.formats import digits
from backoffice.views.statistic_words import grouped

COLOURS = ("#0f5f6e", "#c2701c", "#5b4a9c", "#2f7d4f", "#a8261d")
_FONT = {"family": 'Vazirmatn, "Segoe UI", Tahoma, sans-serif', "size": 13, "color": "#18282d"}
_GRID, _PLAIN = "#dbe4e6", "rgba(0,0,0,0)"
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
_MOST_TICKS = 8
_RIGHT_TO_LEFT = "\u200f"
# Pixels of a letter, and the letters that fit into one line beside a bar.
_LETTER, _LONG, _DIGIT = 7, 16, 9
Numbers = Sequence[float | None]


def lying_bars(
    labels: Sequence[str], numbers: Numbers, texts: Sequence[str], marks: Sequence[int | None] = ()
) -> dict[str, Any]:
    """Give bars that lie, the first on top; where the page runs right to left they grow to the left.

    ``marks``: for each bar the number that is wanted, marked above it.
    """
    places, is_rtl, names = list(range(len(labels))), _is_rtl(), [_in_two(label) for label in labels]
    trace = _bars(numbers, texts) | {"x": list(numbers), "y": places, "orientation": "h", "showlegend": False}
    named: dict[str, Any] = {
        "tickvals": places, "ticktext": list(map(_from_its_side, names)), "autorange": "reversed", "fixedrange": True,
        "side": "right" if is_rtl else "left", "ticklabelstandoff": 6,
    }  # fmt: skip
    room = max((number or 0 for number in (*numbers, *marks)), default=0) or 1
    axis = {"range": [room, 0] if is_rtl else [0, room], "visible": False, "fixedrange": True}
    widest = max((len(line) for name in names for line in name.split("<br>")), default=0)
    chart = _chart(
        [trace, *([_marks(marks)] if any(marks) else [])], xaxis=axis, yaxis=named, height=70 + 42 * len(labels)
    )
    chart["layout"]["annotations"] = _signs(numbers, texts)
    sides = ("r", "l") if is_rtl else ("l", "r")
    for side, letters in zip(sides, (widest, max(map(len, texts), default=0)), strict=True):
        chart["layout"]["margin"][side] = 20 + _LETTER * letters
    return chart


def _signs(numbers: Numbers, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Give the texts of lying bars that are not there: Plotly leaves out what stands beside no bar."""
    reading = {"xanchor": "right", "xshift": -4} if _is_rtl() else {"xanchor": "left", "xshift": 4}
    return [
        {"x": 0, "y": place, "text": text, "showarrow": False, "borderpad": 0, **reading}
        for place, (number, text) in enumerate(zip(numbers, texts, strict=False)) if number is None
    ]  # fmt: skip


def _marks(marks: Sequence[int | None]) -> dict[str, Any]:
    """Give signs above the bars, where they cover neither these nor their texts."""
    return {
        "type": "scatter", "mode": "markers", "name": _("Target"), "x": list(marks), "cliponaxis": False,
        "y": [place - 0.42 for place in range(len(marks))], "hoverinfo": "none",
        "marker": {"symbol": "triangle-down", "size": 11, "color": COLOURS[1]},
    }  # fmt: skip


def lying_pairs(labels: Sequence[str], series: Mapping[str, Numbers]) -> dict[str, Any]:
    """Give two lying bars for each label, told apart by colour and pattern."""
    together = [number for numbers in series.values() for number in numbers]
    widest = max(together, key=lambda number: number or 0)
    chart = lying_bars(labels, [widest] * len(labels), [grouped(int(number or 0)) for number in together])
    (frame,) = chart["data"]
    chart["data"] = [
        {
            **frame, "x": list(numbers), "y": [row + shift for row in range(len(labels))], "name": name, "width": 0.36,
            "showlegend": True,
            "text": ["" if number is None else grouped(int(number)) for number in numbers],
            "marker": {"color": COLOURS[place], "pattern": {"shape": "/" if place else ""}},
        }
        for place, ((name, numbers), shift) in enumerate(zip(series.items(), (-0.2, 0.2), strict=True))
    ]  # fmt: skip
    chart["layout"] |= {"showlegend": True, "height": 90 + 54 * len(labels), "barmode": "overlay", "annotations": []}
    chart["layout"]["margin"]["t"] = 44
    return chart


def _in_two(label: str, room: int = _LONG) -> str:
    """Break a label of more letters than there is room for at the space nearest to its middle."""
    spaces = [place for place, sign in enumerate(label) if sign == " "]
    if len(label) <= room or not spaces:
        return label
    middle = min(spaces, key=lambda place: abs(place - len(label) / 2))
    return f"{label[:middle]}<br>{label[middle + 1 :]}"


def _from_its_side(label: str) -> str:
    """Let each line begin where the page does, also with a number: a chart itself runs from left to right."""
    return "<br>".join(f"{_RIGHT_TO_LEFT}{line}" for line in label.split("<br>")) if _is_rtl() else label


def standing_bars(labels: Sequence[str], numbers: Numbers, texts: Sequence[str]) -> dict[str, Any]:
    """Give bars that stand side by side, in the order of reading."""
    trace = _bars(numbers, texts) | {"x": list(range(len(labels))), "y": list(numbers)}
    return _standing([trace], labels, numbers, height=300)


def lines(labels: Sequence[str], series: Mapping[str, Numbers]) -> dict[str, Any]:
    """Give lines over the same places, told apart by colour and dash; what is hidden is a gap."""
    traces = [
        {
            "type": "scatter", "mode": "lines+markers", "name": name, "x": list(range(len(labels))), "y": list(numbers),
            "line": {"color": COLOURS[place % len(COLOURS)], "width": 2.5, "dash": _DASHES[place % len(_DASHES)]},
            "marker": {"size": 6}, "connectgaps": False,
            "hovertext": [digits(number) for number in numbers], "hoverinfo": "text+name",
        }
        for place, (name, numbers) in enumerate(series.items())
    ]  # fmt: skip
    together = [number for numbers in series.values() for number in numbers]
    return _standing(traces, labels, together, height=340)


def _standing(traces: list[dict[str, Any]], labels: Sequence[str], numbers: Numbers, *, height: int) -> dict[str, Any]:
    """Give a chart over places, with room for the amounts: Plotly measures them before Persian digits are shaped."""
    amounts, named = _amounts(numbers), _named(labels)
    chart = _chart(traces, xaxis=named, yaxis=amounts, height=height)
    widest = max((len(line) for name in named["ticktext"] for line in name.split("<br>")), default=0)
    near, far = ("r", "l") if _is_rtl() else ("l", "r")
    # The last name stands under the edge, half of it beyond.
    beside = {near: 16 + _DIGIT * max(map(len, amounts["ticktext"])), far: 12 + _LETTER * widest // 2}
    chart["layout"]["margin"] |= {**beside, "b": 46}
    return chart


def _bars(numbers: Numbers, texts: Sequence[str]) -> dict[str, Any]:
    shown = ["" if number is None else text for number, text in zip(numbers, texts, strict=False)]
    return {
        "type": "bar", "marker": {"color": COLOURS[0]}, "text": shown, "textposition": "outside",
        "cliponaxis": False, "hoverinfo": "none", "width": 0.62 if len(numbers) > 1 else 0.3,
    }  # fmt: skip


def _named(labels: Sequence[str]) -> dict[str, Any]:
    every = -(-len(labels) // _MOST_TICKS) or 1
    # Counted from the newest, so that the last place always has its name.
    places = [place for place in range(len(labels)) if (len(labels) - 1 - place) % every == 0]
    edges = [-0.6, len(labels) - 0.4]
    return {
        "tickvals": places, "ticktext": [_from_its_side(_in_two(labels[place], 0)) for place in places],
        "tickangle": 0, "range": edges[::-1] if _is_rtl() else edges, "fixedrange": True, "showgrid": False,
        "zeroline": False,
    }  # fmt: skip


def _amounts(numbers: Numbers) -> dict[str, Any]:
    most = max((number or 0 for number in numbers), default=0)
    step = _step(most)
    ticks = [step * place for place in range(int(most // step) + 2)]
    return {
        "tickvals": ticks, "ticktext": [digits(f"{tick:,}").replace(",", "٬" if _is_rtl() else ",") for tick in ticks],
        "range": [0, ticks[-1] * 1.06], "side": "right" if _is_rtl() else "left", "gridcolor": _GRID,
        "zeroline": False, "fixedrange": True,
    }  # fmt: skip


def _step(most: float) -> int:
    """Give a round number that goes three to six times into the greatest amount."""
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if most <= step * 5:
                return step
        size *= 10


def _chart(traces: list[dict[str, Any]], *, height: int, **axes: dict[str, Any]) -> dict[str, Any]:
    reading = {"x": 1, "xanchor": "right", "traceorder": "reversed"} if _is_rtl() else {"x": 0, "xanchor": "left"}
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", **reading}
    layout = {
        "height": height, "font": _FONT, "paper_bgcolor": _PLAIN, "plot_bgcolor": _PLAIN, "showlegend": len(traces) > 1,
        "legend": legend, "margin": {"l": 12, "r": 12, "t": 24, "b": 28}, "dragmode": False,
        "hovermode": "closest", **axes,
    }  # fmt: skip
    return {"data": traces, "layout": layout}


def _is_rtl() -> bool:
    return text_direction(current_language()) == "rtl"
