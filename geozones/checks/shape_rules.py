"""Rules on shapes, and on what stands between features, layers and the ledger."""

from __future__ import annotations

from geozones.checks.rule import IssueRule
from geozones.i18n import N_

SHAPE_RULES: tuple[IssueRule, ...] = (
    IssueRule(
        "geometry_missing", "error",
        N_("No geometry"),
        N_("The row has no geometry; it is set aside. Draw it, or take the row out."),
        N_("A row was added without drawing it, or the geometry file is cut."),
        N_("Draw the feature, or send the whole file."),
    ),
    IssueRule(
        "geometry_empty", "error",
        N_("Empty geometry"),
        N_("The geometry has no points; it is set aside. Draw it again."),
        N_("An editing tool left an empty shape behind."),
        N_("Draw the feature again, or take the row out."),
    ),
    IssueRule(
        "geometry_not_finite", "error",
        N_("Coordinates that are not numbers"),
        N_("The geometry has coordinates that are not finite numbers; it is set aside. Export the layer again."),
        N_("NaN or infinite coordinates, or ones that the CRS cannot express."),
        N_("Export the layer again, and check its CRS."),
    ),
    IssueRule(
        "geometry_kind", "error",
        N_("Wrong kind of geometry"),
        N_("The geometry is a {actual}; the role needs {expected}. The row is set aside. Move it to the layer "
           "where "
           "it belongs."),
        N_("Lines, points and polygons stand mixed in one layer."),
        N_("Move the feature to the layer where it belongs."),
    ),
    IssueRule(
        "geometry_invalid", "error",
        N_("Invalid geometry"),
        N_("The outline is not valid ({reason}), and a repair would change its area from {before_ha} to "
           "{after_ha} ha; "
           "it is set aside. Correct the outline."),
        N_("A ring crosses itself, so what lies inside is a guess."),
        N_("Correct the outline in a GIS."),
    ),
    IssueRule(
        "geometry_repaired", "warning",
        N_("Repaired geometry"),
        N_("The outline was not valid ({reason}); it was repaired, area before {before_ha} ha, after "
           "{after_ha} ha. "
           "Correct it at the source."),
        N_("A ring touches itself, a hole shares an edge, a spike."),
        N_("Correct the outline at the source."),
    ),
    IssueRule(
        "geometry_3d", "info",
        N_("Heights dropped"),
        N_("{count} features have heights; they are not used."),
        N_("The layer is three-dimensional."),
        N_("Nothing needs to be done."),
    ),
    IssueRule(
        "line_without_length", "error",
        N_("Line without length"),
        N_("The line has no length; it is set aside. Draw it again."),
        N_("Both ends of a line are the same point."),
        N_("Draw the line again, or take it out."),
    ),
    IssueRule(
        "geometry_repeated", "warning",
        N_("Same geometry twice"),
        N_("The geometry is the same as that of {other}. Both are kept; take one out if they are one object."),
        N_("An object was entered twice, or several objects share one route."),
        N_("Take one out, unless they are two objects."),
    ),
    IssueRule(
        "points_repeated", "info",
        N_("Points that stand twice"),
        N_("{count} points of the outline stand twice in a row; nothing changes by that."),
        N_("An editing tool added a point twice."),
        N_("Nothing needs to be done."),
    ),
    IssueRule(
        "sliver", "warning",
        N_("Sliver"),
        N_("The area is only {width_m} m wide on average, which is no land but a trace of editing. Take it "
           "out, or "
           "correct it."),
        N_("Two borders that should be one were cut against each other."),
        N_("Take the sliver out."),
    ),
    IssueRule(
        "outside_region", "warning",
        N_("Outside the region"),
        N_("The feature lies wholly outside the bounds of the region ({lon}, {lat}). Check its coordinates."),
        N_("A neighbour region's object, swapped axes, or a wrong CRS."),
        N_("Check the coordinates, or widen `bounds` in the settings."),
    ),
    IssueRule(
        "area_differs", "warning",
        N_("Declared and measured hectares differ"),
        N_("{declared_ha} ha are declared, {measured_ha} ha measured: {share} % apart. Check the outline or the "
           "document."),
        N_("The outline is not the one of the document, or the CRS is wrong."),
        N_("Compare the outline with the document."),
    ),
    IssueRule(
        "zone_unknown", "error",
        N_("Unknown zone"),
        N_("Zone {zone} is in no zones layer; the plot is set aside. Correct zone_id, or add the zone."),
        N_("A plot names a zone that the zones layer lacks (or that was set aside)."),
        N_("Correct `zone_id`, or add the zone."),
    ),
    IssueRule(
        "plot_outside_zone", "error",
        N_("Plot outside its zone"),
        N_("{outside_m2} m² of the plot ({share} %) lie outside zone {zone}. Correct the plot, the zone or "
           "zone_id."),
        N_("Plot and zone were drawn from different sources, or `zone_id` is wrong."),
        N_("Correct the outline or `zone_id`."),
    ),
    IssueRule(
        "plots_overlap", "error",
        N_("Plots overlap"),
        N_("The plot and plot {other} share {shared_m2} m². Correct the border between them."),
        N_("Two plots cover the same land: one of them would be given twice."),
        N_("Correct the border."),
    ),
    IssueRule(
        "plots_gap", "warning",
        N_("Narrow gap between plots"),
        N_("{gap_m} m lie between the plot and plot {other}; most likely they share a border that was drawn "
           "twice."),
        N_("The border of two plots was drawn twice."),
        N_("Snap the two borders together."),
    ),
    IssueRule(
        "zones_overlap", "error",
        N_("Zones overlap"),
        N_("The zone and zone {other} share {shared_m2} m². Correct the border between them."),
        N_("Two zones cover the same land, so it would be counted twice."),
        N_("Correct the border."),
    ),
    IssueRule(
        "zones_gap", "warning",
        N_("Narrow gap between zones"),
        N_("{gap_m} m lie between the zone and zone {other}; most likely they share a border that was drawn "
           "twice."),
        N_("The border of two zones was drawn twice."),
        N_("Snap the two borders together."),
    ),
    IssueRule(
        "district_unknown", "warning",
        N_("Unknown district"),
        N_("District {district} is in no districts layer. Correct district_code, or add the district."),
        N_("A code that the districts layer lacks."),
        N_("Correct `district_code`."),
    ),
    IssueRule(
        "district_differs", "warning",
        N_("District on paper is not that on the map"),
        N_("The decision names district {district}, but only {share} % lie there; the land lies in {actual}. "
           "Check the "
           "decision or the outline."),
        N_("The outline or the code is wrong, or land was granted outside the district's border."),
        N_("Hold the decision against the outline."),
    ),
    IssueRule(
        "allocation_plot_unknown", "error",
        N_("Allocation of an unknown plot"),
        N_("Plot {plot} of the opening balance is in no plots layer. Correct plot_id, or add the plot."),
        N_("The register names a plot that was renumbered, or was never drawn."),
        N_("Correct `plot_id` in the register, or add the plot."),
    ),
    IssueRule(
        "contract_before_register", "warning",
        N_("Contract before the register"),
        N_("The contract is of {contract_day}, but zone {zone} entered the register on {register_day}; deals "
           "before that "
           "are void (Law 242-VI, art. 27(7)). Check both dates."),
        N_("The deal was made before the zone was in the unified register, or a date is mistyped."),
        N_("Check both dates; a lawyer decides about the contract."),
    ),
    IssueRule(
        "points_joined", "info",
        N_("Capacities joined by name"),
        N_("{count} rows without coordinates were joined to known points by their names."),
        N_("The owner of the network sent capacities as a table."),
        N_("Nothing needs to be done."),
    ),
    IssueRule(
        "point_unmatched", "error",
        N_("Point that cannot be found by its name"),
        N_("«{name}» has no coordinates, and no single known point of its network and district has this name; "
           "the row "
           "is set aside. Nearest names: {candidates}. Write the name as in the points layer, or give "
           "coordinates."),
        N_("The name is written otherwise than in the layer of points, or two points share it."),
        N_("Write the name as in the layer of points, add the district, or give coordinates."),
    ),
    IssueRule(
        "line_cancelled", "info",
        N_("Cancelled line"),
        N_("The line is cancelled: it is drawn nowhere and no distance counts to it."),
        N_("The source keeps lines that will not be built."),
        N_("Nothing needs to be done."),
    ),
    IssueRule(
        "line_coarse", "warning",
        N_("Coarse line"),
        N_("The line has straight stretches of up to {longest_km} km, so it may be off by kilometres; give "
           "the layer "
           "precision = approximate and an accuracy_m."),
        N_("The line was drawn for an overview map."),
        N_("Ask the owner for the exact line; until then give the layer `precision = \"approximate\"` and "
        "`accuracy_m`."),
    ),
    IssueRule(
        "plot_not_in_layer", "warning",
        N_("Plot missing from the layer"),
        N_("The ledger says of plot {plot}: {state}; the layer of plots does not have it, so no map shows it."),
        N_("The plot was left out of the layer, or its new outline after a split or merge was not drawn yet."),
        N_("Draw the plot into the layer under the id that the ledger knows."),
    ),
    IssueRule(
        "plot_ended_in_ledger", "error",
        N_("Ended plot in the layer"),
        N_("Plot {plot} was split or merged on {day} and is now {successors}; the layer still shows it. Give it "
           "valid_to, and draw the new plots."),
        N_("The split or merge was recorded in the ledger, but the layer was not brought up to date."),
        N_("Set `valid_to` of the old plot to the day of the split or merge, and add the new plots."),
    ),
    IssueRule(
        "plot_ended_in_layer", "error",
        N_("Held plot ended in the layer"),
        N_("The layer ends plot {plot} on {day}, but the ledger says: {state}. Record the split or merge, or "
           "take valid_to away."),
        N_("The layer was redrawn, but the split or merge is not in the ledger."),
        N_("Record the split or merge with `geozones ledger record`, or take `valid_to` away."),
    ),
    IssueRule(
        "plot_not_in_ledger", "warning",
        N_("New plot without events"),
        N_("Plot {plot} stands in the layer since {day}, but the ledger holds no event of it: it counts as free. "
           "If it came out of another plot, record the split or merge."),
        N_("A plot was drawn after the ledger had begun, and nothing says where it came from."),
        N_("Record the split or merge with `geozones ledger record`. A plot cut from land that was not divided "
        "before needs nothing; its first event ends the warning."),
    ),
    IssueRule(
        "plots_without_events", "info",
        N_("Plots without events"),
        N_("The ledger holds no event of {count} plots of the layer; they count as free."),
        N_("The opening balance names the plots that somebody holds or that are reserved; the others have no "
           "event."),
        N_("Nothing needs to be done where these plots are free. A holder that is missing goes into the journal."),
    ),
    IssueRule(
        "inspection_refused", "warning",
        N_("Inspection not taken"),
        N_("The ledger does not take an inspection of the layer: {reason}"),
        N_("The row names a plot that is not in the layers or has ended, or a day in the future, or its share of "
           "greenery is no share."),
        N_("Correct the row in the table of inspections; the next build takes it."),
    ),
    IssueRule(
        "opening_changed", "warning",
        N_("Opening balance changed"),
        N_("Rows of the opening balance that are not as the ledger took them in: {count} ({plots}). It takes them "
           "in only once; record what changed as an event or a correction."),
        N_("The file was edited after the first build; from then on the ledger holds the truth."),
        N_("Put the change into the journal of the register workbook, "
           "or record it with `geozones ledger record`."),
    ),
    IssueRule(
        "opening_refused", "error",
        N_("Row of the opening balance refused"),
        N_("The ledger did not take the opening balance: {reason} The states are those of the table; nothing can "
           "be recorded until all its rows are right."),
        N_("The ledger takes all rows of the opening balance or none, and this one breaks a rule."),
        N_("Correct the row in the file that `[ledger] opening` names, and build again."),
    ),
    IssueRule(
        "letter_template", "warning",
        N_("Template of a letter not usable"),
        N_("The letters of the return queue were not all written: {reason}"),
        N_("The department's own template is damaged, or names a field that does not exist."),
        N_("Correct the template in the folder that `[letters] templates` names, or take it out of there: then "
           "the built-in one is used."),
    ),
)  # fmt: skip
"""In the order of the guide: the geometry, then the relations."""
