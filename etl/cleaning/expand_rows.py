"""One ledger row to several (wide visit columns, several days or people in a cell), as text, so that each goes the way of a plain one."""

import polars as pl

from etl.cleaning import parse_values

_SPLIT = r"[、,,;;\n]+"
_DAY_OF = {"trainings": "held_on", "policy_cards": "issued_on", "care_events": "held_on"}  # the day of an event, by ledger
_YES = ("√", "✓", "✔", "☑", "是", "有", "1", "Y", "y", "已")


def expand(frame: pl.DataFrame, ledger: str) -> pl.DataFrame:
    """Return the rows of one ledger kind, one per visit or training; a ticked month is marked `is_ticked`."""
    if ledger != "children":
        frame = _each_person(frame, "child_name", "id_number")
    if ledger in ("pairings", "visits"):  # 赵某、钱某: a day on which two helpers came counts once
        frame = _each_person(frame, "helper_name", "helper_no")
    if ledger == "visits":
        return _visits(frame)
    if ledger == "trainings":
        frame = _people(frame, "helper_name")
    day = _DAY_OF.get(ledger, "")
    return _with_year(frame, day, parse_values.clean(pl.col(day)), "月") if day in frame.columns else frame


def _with_year(frame: pl.DataFrame, field: str, text: pl.Expr, signs: str) -> pl.DataFrame:
    """Put the year of the title or the reporting day to days of a field whose `text` has none (4月9日, the number 4.9)."""
    day = parse_values.arabic(text).str.extract_groups(rf"^(\d{{1,2}})[{signs}](\d{{1,2}})[日号]?$")
    with_year = pl.format("{}-{}-{}", pl.col("year_hint"), day.struct.field("1"), day.struct.field("2"))
    is_short = day.struct.field("1").is_not_null() & (pl.col(f"{field}|kind") == "t")
    written = pl.when(is_short).then(with_year).otherwise(pl.col(field))
    return frame.with_columns(pl.coalesce(_numbered_day(field), written).alias(field))


def _numbered_day(field: str) -> pl.Expr:
    """Return a day typed as the number 3.12 with its year, in the one form that tells parse_values.date_parts so; null for any other cell."""
    is_day = (pl.col(f"{field}|kind") == "n") & pl.col(field).str.contains(r"^(?:[1-9]|1[0-2])\.\d{1,2}$")
    return pl.when(is_day).then(pl.format("{}.{}", pl.col("year_hint"), pl.col(field)))


def _people(frame: pl.DataFrame, field: str) -> pl.DataFrame:
    """Return one row per name where a cell lists several."""
    parts = parse_values.clean(pl.col(field)).str.replace_all(_SPLIT, "、").str.strip_chars("、").str.split("、")
    spread = frame.with_columns(pl.coalesce(parts, pl.concat_list(pl.col(field))).alias(field))
    return spread.explode(field, empty_as_null=True)


def _each_person(frame: pl.DataFrame, field: str, number: str) -> pl.DataFrame:
    """Return one row per person where a cell lists several beside no number."""
    if field not in frame.columns:
        return frame
    parts = parse_values.clean(pl.col(field).str.replace_all(_SPLIT, "、")).str.strip_chars("、").str.split("、")
    stated = parse_values.clean(pl.col(number)) if number in frame.columns else pl.lit(None, pl.String)
    is_several = (parts.list.len() > 1) & parts.list.eval(pl.element().str.contains(r"^[\p{Han}·]{2,8}$")).list.all() & stated.is_null()
    names = pl.when(is_several.fill_null(False)).then(parts).otherwise(pl.concat_list(field))
    return frame.with_columns(names.alias(field)).explode(field, empty_as_null=True)


def _visits(frame: pl.DataFrame) -> pl.DataFrame:
    """Return one row per visit of wide columns, and one per day of cells that list several."""
    wide = [column for column in frame.columns if column.startswith("wide:") and not column.endswith("|kind")]
    kept = frame.drop([column for column in frame.columns if column.startswith("wide:")])
    if "visited_on" not in kept.columns:
        kept = kept.with_columns(pl.lit(None, pl.String).alias("visited_on"), pl.lit("t").alias("visited_on|kind"))
    kept = kept.with_columns(pl.lit(None, pl.String).alias("wide_heading"), pl.lit(False).alias("is_ticked"))
    if not wide:
        return _days(kept)
    is_wide = pl.any_horizontal(pl.col(column).is_not_null() for column in wide)
    plain = kept.filter(~frame.select(is_wide).to_series())
    parts = [_wide_column(frame.filter(is_wide), column, kept.columns) for column in wide]
    return _days(pl.concat([plain, *parts], how="vertical_relaxed"))


def _wide_column(frame: pl.DataFrame, column: str, order: list[str]) -> pl.DataFrame:
    """Return the visits of one wide column: 第3次 holds a day, 5月 holds a tick (or a day of that month)."""
    _, kind, mark = column.split(":")
    text = parse_values.clean(pl.col(column))
    filled = frame.filter(parse_values.state(text).is_null() & ~text.is_in(["否", "×", "x", "X", "0"]))
    is_tick = text.is_in(list(_YES)) | text.str.contains(r"^[√✓✔☑]+$|^\d{1,2}次$") if kind == "month" else pl.lit(False)
    ticked = pl.format("{}-{}-15", pl.col("year_hint"), pl.lit(mark.zfill(2)))
    if kind == "month":  # 5日; 5日、20日(电话)
        days = text.str.replace_all(r"\([^)]*\)", "")
        is_day = days.str.contains(r"^\d{1,2}[日号]?(?:[、,;\s]+\d{1,2}[日号]?)*$") & days.str.contains(r"[日号、,;]")
        text = pl.when(is_day).then(days.str.replace_all(r"(\d{1,2})[日号]?", f"{mark}月${{1}}日")).otherwise(text)
    heading = f"{mark}月" if kind == "month" else mark
    visits = filled.with_columns(
        pl.when(is_tick).then(ticked).otherwise(text).alias("visited_on"),
        pl.when(is_tick).then(pl.lit("t")).otherwise(pl.col(f"{column}|kind")).alias("visited_on|kind"),
        pl.lit(heading).alias("wide_heading"),
        is_tick.alias("is_ticked"),
    )
    return visits.select(order)


def _days(frame: pl.DataFrame) -> pl.DataFrame:
    """Return one row per day where a cell lists several; the year comes from the title where the day has none."""
    is_listed = (pl.col("visited_on|kind") == "t") & pl.col("visited_on").is_not_null()
    timeless = parse_values.clean(pl.col("visited_on")).str.replace_all(r"[ T]\d{1,2}:\d{2}(:\d{2})?", "")
    text = timeless.str.replace_all(r"[、,,;;\n\s]+", "、").str.strip_chars("、")
    spread = frame.with_columns(
        pl.when(is_listed & text.is_not_null()).then(text.str.split("、")).otherwise(pl.concat_list("visited_on")).alias("visited_on")
    ).explode("visited_on", empty_as_null=True)
    return _with_year(spread, "visited_on", pl.col("visited_on"), r"月.\-/")
