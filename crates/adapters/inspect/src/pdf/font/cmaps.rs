//! Predefined maps of codes (9.7.5.2).

use std::sync::Arc;

use hayro_font::{
    CMapResolverFn,
    hayro_cmap::{CMapName, load_embedded},
};

/// Maps that PDF does not list but files name, with the listed one that has the same codes for
/// nearly all characters.
const ALIKE: [(&str, &[u8]); 23] = [
    ("78-EUC-H", b"EUC-H"),
    ("78-EUC-V", b"EUC-V"),
    ("78-H", b"H"),
    ("78-RKSJ-H", b"90ms-RKSJ-H"),
    ("78-RKSJ-V", b"90ms-RKSJ-V"),
    ("78-V", b"V"),
    ("78ms-RKSJ-H", b"90ms-RKSJ-H"),
    ("78ms-RKSJ-V", b"90ms-RKSJ-V"),
    ("90pv-RKSJ-V", b"90ms-RKSJ-V"),
    ("Add-H", b"H"),
    ("Add-V", b"V"),
    ("ETHK-B5-H", b"HKscs-B5-H"),
    ("ETHK-B5-V", b"HKscs-B5-V"),
    ("Ext-H", b"H"),
    ("Ext-V", b"V"),
    ("KSCpc-EUC-V", b"KSC-EUC-V"),
    ("NWP-H", b"H"),
    ("NWP-V", b"V"),
    ("UniJIS2004-UTF16-H", b"UniJIS-UTF16-H"),
    ("UniJIS2004-UTF16-V", b"UniJIS-UTF16-V"),
    ("UniJISPro-UCS2-HW-V", b"UniJIS-UCS2-HW-V"),
    ("UniJISPro-UCS2-V", b"UniJIS-UCS2-V"),
    ("UniJISX0213-UTF16-H", b"UniJIS-UTF16-H"),
];

pub(crate) fn resolver() -> CMapResolverFn {
    Arc::new(|name| load_embedded(listed(name)))
}

fn listed(name: CMapName<'_>) -> CMapName<'_> {
    let CMapName::Custom(custom) = name else { return name };
    let alike = ALIKE.iter().find(|(alias, _)| alias.as_bytes() == custom);
    alike.map_or(name, |(_, listed)| CMapName::from_bytes(listed))
}
