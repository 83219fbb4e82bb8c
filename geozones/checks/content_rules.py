"""Rules on files and values: what can be wrong before any shape is looked at."""

from __future__ import annotations

from geozones.checks.rule import IssueRule
from geozones.i18n import N_

CONTENT_RULES: tuple[IssueRule, ...] = (
    IssueRule(
        "layer_absent", "warning",
        N_("Layer not there"),
        N_("The file {file} of this layer is not there; answers that need the layer are unknown."),
        N_("The settings say that the run can do without this layer, and its file is missing."),
        N_("Send the layer, or take it out of the settings."),
    ),
    IssueRule(
        "layer_unreadable", "error",
        N_("Layer that cannot be read"),
        N_("The layer cannot be used: {problem} The run goes on without it; answers that need it are unknown."),
        N_("The file is damaged, or not what the settings say; they allow the run to do without it "
        "(`required = false`)."),
        N_("Send the file again, or correct its settings."),
    ),
    IssueRule(
        "layer_kept_last", "error",
        N_("Last good copy of a layer"),
        N_("The layer cannot be used: {problem} Its last good copy, with the state on {day}, stands in for it."),
        N_("The layer is marked keep_last in the settings, and a nightly rebuild could not read it."),
        N_("Repair the source; the next rebuild takes it again. Until then the layer is as old as the copy."),
    ),
    IssueRule(
        "layer_empty", "warning",
        N_("Layer without features"),
        N_("The layer holds no features. Check that the sender saved the right file."),
        N_("The file opens, but has no rows."),
        N_("Send the layer again, or take it out of the settings."),
    ),
    IssueRule(
        "rows_limited", "warning",
        N_("Rows kept back by the database"),
        N_("The database shows this user only the rows that its policies allow; others may be missing here. Ask "
           "its keeper for a user that sees all rows."),
        N_("The table has row-level security, and the user in the settings is under it."),
        N_("Read with a user that may see all rows, or make sure that what is shown is all that is needed."),
    ),
    IssueRule(
        "row_malformed", "error",
        N_("Row of the wrong length"),
        N_("Line {line} has {actual} fields where the header has {expected}; the row is set aside. "
           "Check quotes and separators."),
        N_("A row of a text table has more or fewer fields than the header."),
        N_("Put quotes around text that holds the separator, and save again."),
    ),
    IssueRule(
        "end_missing", "info",
        N_("Last line without an end"),
        N_("The last line of the table does not end with a line break; the file may have been cut there. Look "
           "whether its last row is whole and the last one."),
        N_("The file was cut on its way, or written by a program that leaves the last line break out."),
        N_("Compare the last row with that of the sender."),
    ),
    IssueRule(
        "record_unreadable", "error",
        N_("Unreadable record"),
        N_("The record could not be read ({reason}); it is set aside. Ask the sender for the file again."),
        N_("The file is damaged at this record, or a transfer was cut."),
        N_("Send the file again."),
    ),
    IssueRule(
        "reader_remark", "warning",
        N_("Remark of the reading library"),
        N_("While reading, the library GDAL remarked: {text}. Look at this place of the source: a value may have "
           "been dropped."),
        N_("A value of the file breaks its own format: a date that is none, a number too long for its column."),
        N_("Correct the value at the source."),
    ),
    IssueRule(
        "control_points_fitted", "info",
        N_("Local system fitted"),
        N_("The local system was fitted by {count} control points; they miss by {residuals} m. The worst, "
           "{worst} m, was "
           "added to the accuracy of the layer."),
        N_("The settings give control points for a drawing in a local system."),
        N_("Check a point that misses by more than a metre; give more than two points."),
    ),
    IssueRule(
        "encoding_decided", "info",
        N_("Encoding decided by the text"),
        N_("The file does not say its encoding, or says it wrongly; it was read as {encoding}, in which the "
           "text reads "
           "well. Check a few names, or write encoding = … in the settings."),
        N_("A Shapefile without `.cpg`, or a text that is not UTF-8."),
        N_("Ask the sender for UTF-8, or name the encoding in the settings."),
    ),
    IssueRule(
        "records_deleted", "info",
        N_("Deleted rows left out"),
        N_("{count} rows are marked as deleted in the file; they are left out."),
        N_("An editing program marks rows as deleted and removes them later."),
        N_("Nothing needs to be done; saving the file anew removes them."),
    ),
    IssueRule(
        "drawing_selected", "info",
        N_("Part of a drawing"),
        N_("{count} texts and things on other layers of the drawing are not part of this layer."),
        N_("The settings choose layers of the drawing; texts became names."),
        N_("Nothing needs to be done."),
    ),
    IssueRule(
        "formula_without_value", "warning",
        N_("Formula without a result"),
        N_("{column} holds a formula without a saved result, or an error; it is taken as empty. Open the "
           "workbook in "
           "Excel and save it, or paste values."),
        N_("The workbook was made by a program that does not calculate, or the formula fails."),
        N_("Open and save it in Excel, or paste values in place of the formulas."),
    ),
    IssueRule(
        "corners_bad", "error",
        N_("Corners that make no outline"),
        N_("The corners of this id make no outline ({reason}: few = too few, order = number missing or twice, "
           "gap = a "
           "number is skipped, place = coordinates missing); it is set aside. Complete the list."),
        N_("The list of corners is incomplete or in disorder."),
        N_("Number the corners 1, 2, 3, … and fill in both coordinates of each."),
    ),
    IssueRule(
        "place_bad", "error",
        N_("Coordinates not understood"),
        N_("The place «{value}» is not understood; the row is set aside. Write degrees such as 68.25175, or WKT."),
        N_("Words in a cell of coordinates, only one of two coordinates, or broken WKT."),
        N_("Correct the cell."),
    ),
    IssueRule(
        "key_made", "info",
        N_("Ids made from row numbers"),
        N_("The source has no {column}; ids were made from the layer's key and the row number. They change "
           "when rows "
           "move: name a column for {column} in the settings where one exists."),
        N_("The settings map no column to the key, and the file has none of that name."),
        N_("Name the source column in `columns`."),
    ),
    IssueRule(
        "key_missing", "error",
        N_("Missing key"),
        N_("The row has no {column}; it is set aside. Fill the id in."),
        N_("The key cell is empty."),
        N_("Fill in the id."),
    ),
    IssueRule(
        "key_repeated", "error",
        N_("Repeated key"),
        N_("{column} {key} stands in {count} rows; row {kept} is kept, this one is set aside. Give each "
           "feature its "
           "own id."),
        N_("Two features carry one id, so nothing can be said about either."),
        N_("Correct the ids, or take out the rows that are out of date."),
    ),
    IssueRule(
        "value_missing", "error",
        N_("Missing value"),
        N_("{column} is empty, and it is required; the row is set aside. Fill it in, or give a default in the "
           "settings."),
        N_("A required cell is empty."),
        N_("Fill it in, or give `defaults` in the settings."),
    ),
    IssueRule(
        "value_unknown", "error",
        N_("Value that is not in the list"),
        N_("{column} is «{value}», which is not one of: {allowed}. Correct it, or map it under values in the "
           "settings."),
        N_("A word that the contract does not know."),
        N_("Correct the cell, or map the word under `values` in the settings."),
    ),
    IssueRule(
        "number_bad", "error",
        N_("Not a number"),
        N_("{column} is «{value}», which is not a number; it is taken as missing. Write digits, without words."),
        N_("Words, units or several numbers in a number cell."),
        N_("Write one number."),
    ),
    IssueRule(
        "number_out_of_range", "error",
        N_("Number out of range"),
        N_("{column} is {value}, outside {minimum}…{maximum}; it is taken as missing. Correct it."),
        N_("A negative size, or a share above 1."),
        N_("Correct the number."),
    ),
    IssueRule(
        "date_bad", "error",
        N_("Not a date"),
        N_("{column} is «{value}», which is not a date; it is taken as missing. Write it as 2026-11-23 or "
           "23.11.2026."),
        N_("A date that no calendar has, a year of two digits, or words."),
        N_("Write the date in full."),
    ),
    IssueRule(
        "unit_read", "info",
        N_("Number with a unit"),
        N_("{column} is «{value}»; it was read as {number} {unit}."),
        N_("The cell carries its unit, several voltages, or volts in place of kilovolts."),
        N_("Nothing needs to be done, if the number is right."),
    ),
    IssueRule(
        "voltage_unusual", "warning",
        N_("Voltage that no network has"),
        N_("A line of {value} kV is unknown here. Check the voltage (350 is often 35)."),
        N_("A mistyped voltage."),
        N_("Correct the voltage."),
    ),
    IssueRule(
        "capacity_impossible", "error",
        N_("Impossible capacity"),
        N_("{column} is {value}, of {total} in all, which cannot be; it is taken as unknown. Ask the owner."),
        N_("More is free than there is, or a number in other units."),
        N_("Ask the owner of the network for the capacity and its unit."),
    ),
    IssueRule(
        "dates_disordered", "error",
        N_("Dates in the wrong order"),
        N_("{first} ({first_day}) comes after {second} ({second_day}). Correct one of them."),
        N_("A mistyped date."),
        N_("Correct the date."),
    ),
    IssueRule(
        "letters_mixed", "warning",
        N_("Latin letters inside a Cyrillic word"),
        N_("{column} is «{value}», with Latin and Cyrillic letters in one word; no search finds it. Type it "
           "anew."),
        N_("Letters that look the same in both alphabets were mixed while typing or by a text recognition."),
        N_("Type the word anew in one alphabet."),
    ),
    IssueRule(
        "text_garbled", "error",
        N_("Garbled text"),
        N_("{column} is «{value}»: the text was decoded wrongly or lost before it came here. Ask for the layer in "
           "UTF-8."),
        N_("A program on the way took the text for another encoding."),
        N_("Ask the sender for the layer in UTF-8; what is lost cannot be brought back here."),
    ),
    IssueRule(
        "cadastral_bad", "warning",
        N_("Not a cadastral number"),
        N_("«{value}» is no cadastral number; write it as 19-309-123-456."),
        N_("Words, a missing group, or letters in the number."),
        N_("Correct the number; dashes, colons or nothing between the groups are all taken."),
    ),
    IssueRule(
        "cadastral_repeated", "warning",
        N_("Cadastral number twice"),
        N_("Cadastral number {value} stands at {other} too. Correct one of them."),
        N_("Two features carry one number, perhaps written in two ways."),
        N_("Correct one of the numbers."),
    ),
)  # fmt: skip
"""In the order of the guide: the file, then the values."""
