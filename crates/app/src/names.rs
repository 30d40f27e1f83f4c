//! Names as people give them: without case, with a suggestion when there is none like it.

/// The form in which names are compared.
pub(crate) fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The name that was probably meant, if one is near enough.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let name = folded(name);
    known
        .map(|candidate| (strsim::jaro_winkler(&name, &folded(candidate)), candidate))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.to_owned())
}

/// The form of a name in file names and addresses: `Zoom Room — HDMI black` becomes `zoom-room-hdmi-black`.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_the_name() {
        let known = ["Support", "Events"];
        assert_eq!(
            nearest("suport", known.into_iter()).as_deref(),
            Some("Support")
        );
        assert_eq!(nearest("zzz", known.into_iter()), None);
    }

    #[test]
    fn a_slug_has_letters_digits_and_single_hyphens() {
        assert_eq!(slug("Zoom Room — HDMI black"), "zoom-room-hdmi-black");
        assert_eq!(slug("  (A)  "), "a");
    }
}
