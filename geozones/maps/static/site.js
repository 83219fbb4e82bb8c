/* The pages of proposed sites: one site with what blocks and cuts it, or all of them side by side. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;

  function area(shape, className, pane, more) {
    return L.polygon(GZ.unpackPolygons(shape), Object.assign({ pane: pane, className: className }, more));
  }

  function makePanes(map) {
    GZ.pane(map, "site-land", 380, true);
    GZ.pane(map, "site-parts", 400);
    GZ.pane(map, "site-edge", 410);
    GZ.pane(map, "links", 450);
  }

  function drawParcels(page) {
    page.parcels.forEach(function (parcel) {
      const layer = area(parcel.shape, parcel.granted ? "site-parcel site-parcel-granted" : "site-parcel", "site-land");
      GZ.tip(layer, function () {
        return [parcel.name, parcel.granted ? GZ.t("granted land") : GZ.t("not granted")];
      });
      layer.addTo(GZ.map);
    });
  }

  function drawZones(page) {
    page.zones.forEach(function (zone) {
      const layer = area(zone.shape, "zone-area", "site-land");
      GZ.tip(layer, function () {
        return [GZ.say(zone.name), GZ.t("zone")];
      });
      layer.addTo(GZ.map);
    });
  }

  function drawLinks(page) {
    page.links.forEach(function (link) {
      const line = GZ.unpack(link.line);
      const still = { pane: "links", interactive: false };
      L.polyline(line, Object.assign({ className: "link-halo" }, still)).addTo(GZ.map);
      L.polyline(line, Object.assign({ className: "link link-" + link.network }, still)).addTo(GZ.map);
      const end = Object.assign({ radius: 4, className: "link-end link-" + link.network }, still);
      L.circleMarker(line[line.length - 1], end).addTo(GZ.map);
    });
  }

  function drawSite(page) {
    makePanes(GZ.map);
    drawZones(page);
    drawParcels(page);
    const still = { interactive: false };
    area(page.cuts, "site-cut", "site-parts", Object.assign({ fillColor: "url(#gz-cut)" }, still)).addTo(GZ.map);
    area(page.blocks, "site-block", "site-parts", Object.assign({ fillColor: "url(#gz-block)" }, still)).addTo(GZ.map);
    area(page.site.shape, "site-outline", "site-edge", still).addTo(GZ.map);
    drawLinks(page);
    GZ.wholeBounds = L.latLngBounds(page.bounds);
    GZ.fitAll();
  }

  function drawSites(page) {
    makePanes(GZ.map);
    page.sites.forEach(function (site) {
      const layer = area(site.shape, "site-" + site.verdict, "site-land");
      const dot = L.circleMarker(GZ.unpack(site.at)[0], {
        pane: "site-edge",
        radius: 8,
        className: "site-dot site-" + site.verdict,
        interactive: false,
      });
      GZ.tip(layer, function () {
        return [GZ.say(site.name), GZ.say(site.words)];
      });
      layer.on("click", function () {
        window.location.href = site.stem + ".html" + GZ.hashOf({ lang: GZ.view.lang });
      });
      layer.addTo(GZ.map);
      dot.addTo(GZ.map);
    });
    GZ.ground.setLabels(function () {
      return page.sites.map(function (site) {
        return { at: GZ.unpack(site.at)[0], text: GZ.say(site.name), className: "label-zone", size: 12, weight: 600, around: 10 };
      });
    });
    GZ.wholeBounds = L.latLngBounds(page.bounds);
    GZ.fitAll();
  }

  GZ.onStart(function () {
    GZ.page = GZ.data("page-data");
    if (GZ.page.kind === "site") {
      drawSite(GZ.page);
    } else if (GZ.page.kind === "sites") {
      drawSites(GZ.page);
    }
  });
})();
