"""The two pages beside the runs: small, replaced at once, they lead into the run that is served."""

from __future__ import annotations

from geozones.maps.page import environment


def draw_doors(run_id: str) -> dict[str, bytes]:
    """Draw the small pages that lead into a run and hand on the `#…` part of the address.

    Returns
    -------
    `index.html` and `public.html` with their bytes.
    """
    template = environment().get_template("door.html")
    doors = {"index.html": "internal", "public.html": "public"}
    return {
        name: template.render(target=f"runs/{run_id}/{audience}/index.html").encode()
        for name, audience in doors.items()
    }
