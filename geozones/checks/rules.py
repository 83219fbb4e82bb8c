"""What can be wrong with data: every rule of the issues table, in one tuple."""

from __future__ import annotations

from dataclasses import dataclass

from geozones.config import Severity
from geozones.i18n import N_


@dataclass(frozen=True)
class IssueRule:
    """One rule: id, usual severity, short title, sentence with named fields; for the guide, cause and cure."""

    id: str
    severity: Severity
    title: str
    template: str
    cause: str
    cure: str


ISSUE_RULES: tuple[IssueRule, ...] = (
    IssueRule(
        "layer_absent", "warning",
        N_("Layer not there"),
        N_("The file {file} of this layer is not there; answers that need the layer are unknown."),
        "The settings say that the run can do without this layer, and its file is missing.",
        "Send the layer, or take it out of the settings.",
    ),
    IssueRule(
        "layer_empty", "warning",
        N_("Layer without features"),
        N_("The layer holds no features. Check that the sender saved the right file."),
        "The file opens, but has no rows.",
        "Send the layer again, or take it out of the settings.",
    ),
    IssueRule(
        "row_malformed", "error",
        N_("Row of the wrong length"),
        N_("Line {line} has {actual} fields where the header has {expected}; the row is set aside. "
           "Check quotes and separators."),
        "A row of a text table has more or fewer fields than the header.",
        "Put quotes around text that holds the separator, and save again.",
    ),
    IssueRule(
        "record_unreadable", "error",
        N_("Unreadable record"),
        N_("The record could not be read ({reason}); it is set aside. Ask the sender for the file again."),
        "The file is damaged at this record, or a transfer was cut.",
        "Send the file again.",
    ),
    IssueRule(
        "control_points_fitted", "info",
        N_("Local system fitted"),
        N_("The local system was fitted by {count} control points; they miss by {residuals} m. The worst, "
           "{worst} m, was "
           "added to the accuracy of the layer."),
        "The settings give control points for a drawing in a local system.",
        "Check a point that misses by more than a metre; give more than two points.",
    ),
    IssueRule(
        "encoding_decided", "info",
        N_("Encoding decided by the text"),
        N_("The file does not say its encoding, or says it wrongly; it was read as {encoding}, in which the "
           "text reads "
           "well. Check a few names, or write encoding = … in the settings."),
        "A Shapefile without `.cpg`, or a text that is not UTF-8.",
        "Ask the sender for UTF-8, or name the encoding in the settings.",
    ),
    IssueRule(
        "records_deleted", "info",
        N_("Deleted rows left out"),
        N_("{count} rows are marked as deleted in the file; they are left out."),
        "An editing program marks rows as deleted and removes them later.",
        "Nothing needs to be done; saving the file anew removes them.",
    ),
    IssueRule(
        "drawing_selected", "info",
        N_("Part of a drawing"),
        N_("{count} texts and things on other layers of the drawing are not part of this layer."),
        "The settings choose layers of the drawing; texts became names.",
        "Nothing needs to be done.",
    ),
    IssueRule(
        "formula_without_value", "warning",
        N_("Formula without a result"),
        N_("{column} holds a formula without a saved result, or an error; it is taken as empty. Open the "
           "workbook in "
           "Excel and save it, or paste values."),
        "The workbook was made by a program that does not calculate, or the formula fails.",
        "Open and save it in Excel, or paste values in place of the formulas.",
    ),
    IssueRule(
        "corners_bad", "error",
        N_("Corners that make no outline"),
        N_("The corners of this id make no outline ({reason}: few = too few, order = number missing or twice, "
           "gap = a "
           "number is skipped, place = coordinates missing); it is set aside. Complete the list."),
        "The list of corners is incomplete or in disorder.",
        "Number the corners 1, 2, 3, … and fill in both coordinates of each.",
    ),
    IssueRule(
        "place_bad", "error",
        N_("Coordinates not understood"),
        N_("The place «{value}» is not understood; the row is set aside. Write degrees such as 68.25175, or WKT."),
        "Words in a cell of coordinates, only one of two coordinates, or broken WKT.",
        "Correct the cell.",
    ),
    IssueRule(
        "key_made", "info",
        N_("Ids made from row numbers"),
        N_("The source has no {column}; ids were made from the layer's key and the row number. They change "
           "when rows "
           "move: name a column for {column} in the settings where one exists."),
        "The settings map no column to the key, and the file has none of that name.",
        "Name the source column in `columns`.",
    ),
    IssueRule(
        "key_missing", "error",
        N_("Missing key"),
        N_("The row has no {column}; it is set aside. Fill the id in."),
        "The key cell is empty.",
        "Fill in the id.",
    ),
    IssueRule(
        "key_repeated", "error",
        N_("Repeated key"),
        N_("{column} {key} stands in {count} rows; row {kept} is kept, this one is set aside. Give each "
           "feature its "
           "own id."),
        "Two features carry one id, so nothing can be said about either.",
        "Correct the ids, or take out the rows that are out of date.",
    ),
    IssueRule(
        "value_missing", "error",
        N_("Missing value"),
        N_("{column} is empty, and it is required; the row is set aside. Fill it in, or give a default in the "
           "settings."),
        "A required cell is empty.",
        "Fill it in, or give `defaults` in the settings.",
    ),
    IssueRule(
        "value_unknown", "error",
        N_("Value that is not in the list"),
        N_("{column} is «{value}», which is not one of: {allowed}. Correct it, or map it under values in the "
           "settings."),
        "A word that the contract does not know.",
        "Correct the cell, or map the word under `values` in the settings.",
    ),
    IssueRule(
        "number_bad", "error",
        N_("Not a number"),
        N_("{column} is «{value}», which is not a number; it is taken as missing. Write digits, without words."),
        "Words, units or several numbers in a number cell.",
        "Write one number.",
    ),
    IssueRule(
        "number_out_of_range", "error",
        N_("Number out of range"),
        N_("{column} is {value}, outside {minimum}…{maximum}; it is taken as missing. Correct it."),
        "A negative size, or a share above 1.",
        "Correct the number.",
    ),
    IssueRule(
        "date_bad", "error",
        N_("Not a date"),
        N_("{column} is «{value}», which is not a date; it is taken as missing. Write it as 2026-11-23 or "
           "23.11.2026."),
        "A date that no calendar has, a year of two digits, or words.",
        "Write the date in full.",
    ),
    IssueRule(
        "unit_read", "info",
        N_("Number with a unit"),
        N_("{column} is «{value}»; it was read as {number} {unit}."),
        "The cell carries its unit, several voltages, or volts in place of kilovolts.",
        "Nothing needs to be done, if the number is right.",
    ),
    IssueRule(
        "voltage_unusual", "warning",
        N_("Voltage that no network has"),
        N_("A line of {value} kV is unknown here. Check the voltage (350 is often 35)."),
        "A mistyped voltage.",
        "Correct the voltage.",
    ),
    IssueRule(
        "capacity_impossible", "error",
        N_("Impossible capacity"),
        N_("{column} is {value}, of {total} in all, which cannot be; it is taken as unknown. Ask the owner."),
        "More is free than there is, or a number in other units.",
        "Ask the owner of the network for the capacity and its unit.",
    ),
    IssueRule(
        "dates_disordered", "error",
        N_("Dates in the wrong order"),
        N_("{first} ({first_day}) comes after {second} ({second_day}). Correct one of them."),
        "A mistyped date.",
        "Correct the date.",
    ),
    IssueRule(
        "letters_mixed", "warning",
        N_("Latin letters inside a Cyrillic word"),
        N_("{column} is «{value}», with Latin and Cyrillic letters in one word; no search finds it. Type it "
           "anew."),
        "Letters that look the same in both alphabets were mixed while typing or by a text recognition.",
        "Type the word anew in one alphabet.",
    ),
    IssueRule(
        "text_garbled", "error",
        N_("Garbled text"),
        N_("{column} is «{value}»: the text was decoded wrongly or lost before it came here. Ask for the layer in "
           "UTF-8."),
        "A program on the way took the text for another encoding.",
        "Ask the sender for the layer in UTF-8; what is lost cannot be brought back here.",
    ),
    IssueRule(
        "cadastral_bad", "warning",
        N_("Not a cadastral number"),
        N_("«{value}» is no cadastral number; write it as 19-309-123-456."),
        "Words, a missing group, or letters in the number.",
        "Correct the number; dashes, colons or nothing between the groups are all taken.",
    ),
    IssueRule(
        "cadastral_repeated", "warning",
        N_("Cadastral number twice"),
        N_("Cadastral number {value} stands at {other} too. Correct one of them."),
        "Two features carry one number, perhaps written in two ways.",
        "Correct one of the numbers.",
    ),
    IssueRule(
        "geometry_missing", "error",
        N_("No geometry"),
        N_("The row has no geometry; it is set aside. Draw it, or take the row out."),
        "A row was added without drawing it, or the geometry file is cut.",
        "Draw the feature, or send the whole file.",
    ),
    IssueRule(
        "geometry_empty", "error",
        N_("Empty geometry"),
        N_("The geometry has no points; it is set aside. Draw it again."),
        "An editing tool left an empty shape behind.",
        "Draw the feature again, or take the row out.",
    ),
    IssueRule(
        "geometry_not_finite", "error",
        N_("Coordinates that are not numbers"),
        N_("The geometry has coordinates that are not finite numbers; it is set aside. Export the layer again."),
        "NaN or infinite coordinates, or ones that the CRS cannot express.",
        "Export the layer again, and check its CRS.",
    ),
    IssueRule(
        "geometry_kind", "error",
        N_("Wrong kind of geometry"),
        N_("The geometry is a {actual}; the role needs {expected}. The row is set aside. Move it to the layer "
           "where "
           "it belongs."),
        "Lines, points and polygons stand mixed in one layer.",
        "Move the feature to the layer where it belongs.",
    ),
    IssueRule(
        "geometry_invalid", "error",
        N_("Invalid geometry"),
        N_("The outline is not valid ({reason}), and a repair would change its area from {before_ha} to "
           "{after_ha} ha; "
           "it is set aside. Correct the outline."),
        "A ring crosses itself, so what lies inside is a guess.",
        "Correct the outline in a GIS.",
    ),
    IssueRule(
        "geometry_repaired", "warning",
        N_("Repaired geometry"),
        N_("The outline was not valid ({reason}); it was repaired, area before {before_ha} ha, after "
           "{after_ha} ha. "
           "Correct it at the source."),
        "A ring touches itself, a hole shares an edge, a spike.",
        "Correct the outline at the source.",
    ),
    IssueRule(
        "geometry_3d", "info",
        N_("Heights dropped"),
        N_("{count} features have heights; they are not used."),
        "The layer is three-dimensional.",
        "Nothing needs to be done.",
    ),
    IssueRule(
        "line_without_length", "error",
        N_("Line without length"),
        N_("The line has no length; it is set aside. Draw it again."),
        "Both ends of a line are the same point.",
        "Draw the line again, or take it out.",
    ),
    IssueRule(
        "geometry_repeated", "warning",
        N_("Same geometry twice"),
        N_("The geometry is the same as that of {other}. Both are kept; take one out if they are one object."),
        "An object was entered twice, or several objects share one route.",
        "Take one out, unless they are two objects.",
    ),
    IssueRule(
        "points_repeated", "info",
        N_("Points that stand twice"),
        N_("{count} points of the outline stand twice in a row; nothing changes by that."),
        "An editing tool added a point twice.",
        "Nothing needs to be done.",
    ),
    IssueRule(
        "sliver", "warning",
        N_("Sliver"),
        N_("The area is only {width_m} m wide on average, which is no land but a trace of editing. Take it "
           "out, or "
           "correct it."),
        "Two borders that should be one were cut against each other.",
        "Take the sliver out.",
    ),
    IssueRule(
        "outside_region", "warning",
        N_("Outside the region"),
        N_("The feature lies wholly outside the bounds of the region ({lon}, {lat}). Check its coordinates."),
        "A neighbour region's object, swapped axes, or a wrong CRS.",
        "Check the coordinates, or widen `bounds` in the settings.",
    ),
    IssueRule(
        "area_differs", "warning",
        N_("Declared and measured hectares differ"),
        N_("{declared_ha} ha are declared, {measured_ha} ha measured: {share} % apart. Check the outline or the "
           "document."),
        "The outline is not the one of the document, or the CRS is wrong.",
        "Compare the outline with the document.",
    ),
    IssueRule(
        "zone_unknown", "error",
        N_("Unknown zone"),
        N_("Zone {zone} is in no zones layer; the plot is set aside. Correct zone_id, or add the zone."),
        "A plot names a zone that the zones layer lacks (or that was set aside).",
        "Correct `zone_id`, or add the zone.",
    ),
    IssueRule(
        "plot_outside_zone", "error",
        N_("Plot outside its zone"),
        N_("{outside_m2} m² of the plot ({share} %) lie outside zone {zone}. Correct the plot, the zone or "
           "zone_id."),
        "Plot and zone were drawn from different sources, or `zone_id` is wrong.",
        "Correct the outline or `zone_id`.",
    ),
    IssueRule(
        "plots_overlap", "error",
        N_("Plots overlap"),
        N_("The plot and plot {other} share {shared_m2} m². Correct the border between them."),
        "Two plots cover the same land: one of them would be given twice.",
        "Correct the border.",
    ),
    IssueRule(
        "plots_gap", "warning",
        N_("Narrow gap between plots"),
        N_("{gap_m} m lie between the plot and plot {other}; most likely they share a border that was drawn "
           "twice."),
        "The border of two plots was drawn twice.",
        "Snap the two borders together.",
    ),
    IssueRule(
        "zones_overlap", "error",
        N_("Zones overlap"),
        N_("The zone and zone {other} share {shared_m2} m². Correct the border between them."),
        "Two zones cover the same land, so it would be counted twice.",
        "Correct the border.",
    ),
    IssueRule(
        "district_unknown", "warning",
        N_("Unknown district"),
        N_("District {district} is in no districts layer. Correct district_code, or add the district."),
        "A code that the districts layer lacks.",
        "Correct `district_code`.",
    ),
    IssueRule(
        "district_differs", "warning",
        N_("District on paper is not that on the map"),
        N_("The decision names district {district}, but only {share} % lie there; the land lies in {actual}. "
           "Check the "
           "decision or the outline."),
        "The outline or the code is wrong, or land was granted outside the district's border.",
        "Hold the decision against the outline.",
    ),
    IssueRule(
        "allocation_plot_unknown", "error",
        N_("Allocation of an unknown plot"),
        N_("Plot {plot} of the opening balance is in no plots layer. Correct plot_id, or add the plot."),
        "The register names a plot that was renumbered, or was never drawn.",
        "Correct `plot_id` in the register, or add the plot.",
    ),
    IssueRule(
        "contract_before_register", "warning",
        N_("Contract before the register"),
        N_("The contract is of {contract_day}, but zone {zone} entered the register on {register_day}; deals "
           "before that "
           "are void (Law 242-VI, art. 27(7)). Check both dates."),
        "The deal was made before the zone was in the unified register, or a date is mistyped.",
        "Check both dates; a lawyer decides about the contract.",
    ),
    IssueRule(
        "line_cancelled", "info",
        N_("Cancelled line"),
        N_("The line is cancelled: it is drawn nowhere and no distance counts to it."),
        "The source keeps lines that will not be built.",
        "Nothing needs to be done.",
    ),
    IssueRule(
        "line_coarse", "warning",
        N_("Coarse line"),
        N_("The line has straight stretches of up to {longest_km} km, so it may be off by kilometres; give "
           "the layer "
           "precision = approximate and an accuracy_m."),
        "The line was drawn for an overview map.",
        "Ask the owner for the exact line; until then give the layer `precision = \"approximate\"` and "
        "`accuracy_m`.",
    ),
    IssueRule(
        "plot_not_in_layer", "warning",
        N_("Plot missing from the layer"),
        N_("The ledger says of plot {plot}: {state}; the layer of plots does not have it, so no map shows it."),
        "The plot was left out of the layer, or its new outline after a split or merge was not drawn yet.",
        "Draw the plot into the layer under the id that the ledger knows.",
    ),
    IssueRule(
        "plot_ended_in_ledger", "error",
        N_("Ended plot in the layer"),
        N_("Plot {plot} was split or merged on {day} and is now {successors}; the layer still shows it. Give it "
           "valid_to, and draw the new plots."),
        "The split or merge was recorded in the ledger, but the layer was not brought up to date.",
        "Set `valid_to` of the old plot to the day of the split or merge, and add the new plots.",
    ),
    IssueRule(
        "plot_ended_in_layer", "error",
        N_("Held plot ended in the layer"),
        N_("The layer ends plot {plot} on {day}, but the ledger says: {state}. Record the split or merge, or "
           "take valid_to away."),
        "The layer was redrawn, but the split or merge is not in the ledger.",
        "Record the split or merge with `geozones ledger record`, or take `valid_to` away.",
    ),
)  # fmt: skip
"""Every rule, in the order of the guide: the file, the values, the geometry, the relations."""

RULES_BY_ID: dict[str, IssueRule] = {rule.id: rule for rule in ISSUE_RULES}
