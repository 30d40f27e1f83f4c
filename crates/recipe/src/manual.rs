//! The manual page of each diagnostic, as `avops explain` and the editor show it.

/// Every code with its page.
const PAGES: &[(&str, &str)] = &[
    ("R001", include_str!("../../../docs/diagnostics/R001.md")),
    ("R002", include_str!("../../../docs/diagnostics/R002.md")),
    ("R003", include_str!("../../../docs/diagnostics/R003.md")),
    ("R004", include_str!("../../../docs/diagnostics/R004.md")),
    ("R005", include_str!("../../../docs/diagnostics/R005.md")),
    ("R006", include_str!("../../../docs/diagnostics/R006.md")),
    ("R007", include_str!("../../../docs/diagnostics/R007.md")),
    ("R008", include_str!("../../../docs/diagnostics/R008.md")),
    ("R009", include_str!("../../../docs/diagnostics/R009.md")),
    ("R010", include_str!("../../../docs/diagnostics/R010.md")),
    ("R011", include_str!("../../../docs/diagnostics/R011.md")),
    ("R012", include_str!("../../../docs/diagnostics/R012.md")),
    ("R013", include_str!("../../../docs/diagnostics/R013.md")),
    ("R014", include_str!("../../../docs/diagnostics/R014.md")),
    ("R015", include_str!("../../../docs/diagnostics/R015.md")),
    ("R016", include_str!("../../../docs/diagnostics/R016.md")),
    ("R017", include_str!("../../../docs/diagnostics/R017.md")),
    ("R018", include_str!("../../../docs/diagnostics/R018.md")),
    ("R019", include_str!("../../../docs/diagnostics/R019.md")),
    ("R020", include_str!("../../../docs/diagnostics/R020.md")),
    ("R021", include_str!("../../../docs/diagnostics/R021.md")),
    ("R022", include_str!("../../../docs/diagnostics/R022.md")),
    ("R023", include_str!("../../../docs/diagnostics/R023.md")),
    ("R024", include_str!("../../../docs/diagnostics/R024.md")),
    ("R025", include_str!("../../../docs/diagnostics/R025.md")),
    ("R026", include_str!("../../../docs/diagnostics/R026.md")),
    ("R027", include_str!("../../../docs/diagnostics/R027.md")),
    ("R028", include_str!("../../../docs/diagnostics/R028.md")),
    ("R029", include_str!("../../../docs/diagnostics/R029.md")),
    ("R030", include_str!("../../../docs/diagnostics/R030.md")),
    ("R031", include_str!("../../../docs/diagnostics/R031.md")),
    ("R032", include_str!("../../../docs/diagnostics/R032.md")),
    ("R033", include_str!("../../../docs/diagnostics/R033.md")),
    ("R035", include_str!("../../../docs/diagnostics/R035.md")),
    ("R036", include_str!("../../../docs/diagnostics/R036.md")),
    ("R037", include_str!("../../../docs/diagnostics/R037.md")),
    ("R038", include_str!("../../../docs/diagnostics/R038.md")),
    ("R039", include_str!("../../../docs/diagnostics/R039.md")),
    ("R040", include_str!("../../../docs/diagnostics/R040.md")),
    ("W001", include_str!("../../../docs/diagnostics/W001.md")),
    ("W002", include_str!("../../../docs/diagnostics/W002.md")),
    ("W003", include_str!("../../../docs/diagnostics/W003.md")),
    ("W004", include_str!("../../../docs/diagnostics/W004.md")),
    ("W005", include_str!("../../../docs/diagnostics/W005.md")),
    ("W006", include_str!("../../../docs/diagnostics/W006.md")),
    ("W007", include_str!("../../../docs/diagnostics/W007.md")),
    ("W008", include_str!("../../../docs/diagnostics/W008.md")),
    ("W009", include_str!("../../../docs/diagnostics/W009.md")),
    ("W010", include_str!("../../../docs/diagnostics/W010.md")),
    ("W011", include_str!("../../../docs/diagnostics/W011.md")),
    ("W012", include_str!("../../../docs/diagnostics/W012.md")),
    ("W013", include_str!("../../../docs/diagnostics/W013.md")),
    ("W014", include_str!("../../../docs/diagnostics/W014.md")),
    ("W015", include_str!("../../../docs/diagnostics/W015.md")),
    ("W016", include_str!("../../../docs/diagnostics/W016.md")),
    ("W017", include_str!("../../../docs/diagnostics/W017.md")),
    ("W018", include_str!("../../../docs/diagnostics/W018.md")),
];

/// The manual page (Markdown) of a code such as `R012`, in any case.
pub fn explain(code: &str) -> Option<&'static str> {
    let code = code.trim();
    PAGES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(code))
        .map(|(_, page)| *page)
}

/// Every code with its one-line title, in order.
pub fn codes() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGES.iter().map(|(code, page)| {
        let title = page.lines().next().unwrap_or_default();
        (
            *code,
            title.split_once(": ").map_or(title, |(_, title)| title),
        )
    })
}
