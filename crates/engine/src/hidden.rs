//! Characters that nobody sees: they hide words from people that a model reads, or turn text around.

/// States whether a character is one that shows nothing by itself: zero-width characters, marks of direction, variation
/// selectors and the block of tags, which can spell out whole sentences unseen.
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text without what nobody sees in it.
pub(crate) fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_hidden(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_goes_and_everything_else_stays() {
        let tags: String = "zap"
            .chars()
            .filter_map(|c| char::from_u32(0xe0000 + u32::from(c)))
            .collect();
        assert_eq!(
            visible(&format!("ro\u{200b}om\u{202e} 204{tags}")),
            "room 204"
        );
        assert_eq!(visible("Größe ✓ 会議室 😀"), "Größe ✓ 会議室 😀");
    }
}
