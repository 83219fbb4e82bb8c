"""What leaves GeoZones for other programs and for people: workbook, GeoPackage, CSV tables, figures."""

from geozones.reports.columns import FILES
from geozones.reports.content import Edition, ReportContent
from geozones.reports.data_folder import write_check, write_data

__all__ = ["FILES", "Edition", "ReportContent", "write_check", "write_data"]
