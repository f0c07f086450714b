"""Why a workbook is refused, place by place, and what a repaired copy would have instead."""
