//! Lists in bites, continued by the key of the last row, so that new rows shift nothing.

use crate::StoreError;

/// No bite is larger.
pub(crate) const LARGEST: u32 = 500;
/// Between the parts of a cursor; occurs in no key.
const BETWEEN: char = '\u{1f}';

/// One bite of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// Its items.
    pub items: Vec<T>,
    /// Gives the bite after this one; absent at the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a bite of at most `limit` of what was found, of which one more was asked for.
    pub(crate) fn cut(mut items: Vec<T>, limit: u32, key: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(key);
        Self { items, next }
    }
}

/// A limit within its bounds.
pub(crate) fn bounded(limit: u32) -> u32 {
    limit.clamp(1, LARGEST)
}

/// Makes a cursor of a time and the rest of a key.
pub(crate) fn cursor(at: i64, rest: &[&str]) -> String {
    let mut text = at.to_string();
    for part in rest {
        text.push(BETWEEN);
        text.push_str(part);
    }
    hex::encode(text)
}

/// Reads a cursor with a time and `N` more parts.
pub(crate) fn read<const N: usize>(cursor: &str) -> Result<(i64, [String; N]), StoreError> {
    let bytes = hex::decode(cursor).map_err(|_| StoreError::BadCursor)?;
    let text = String::from_utf8(bytes).map_err(|_| StoreError::BadCursor)?;
    let mut parts = text.split(BETWEEN);
    let at = parts
        .next()
        .and_then(|at| at.parse().ok())
        .ok_or(StoreError::BadCursor)?;
    let rest: Vec<String> = parts.map(str::to_owned).collect();
    let rest = rest.try_into().map_err(|_| StoreError::BadCursor)?;
    Ok((at, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_gives_back_its_parts() {
        let (at, [run, key]) = read::<2>(&cursor(-5, &["r", "act.2[3]"])).unwrap();
        assert_eq!((at, run.as_str(), key.as_str()), (-5, "r", "act.2[3]"));
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        for text in ["", "zz", "31", &cursor(1, &["a", "b"])] {
            assert!(
                matches!(read::<1>(text), Err(StoreError::BadCursor)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn the_last_bite_has_no_next() {
        let key = |n: &u32| n.to_string();
        assert_eq!(Page::cut(vec![1, 2, 3], 2, key).next.as_deref(), Some("2"));
        assert_eq!(Page::cut(vec![1, 2], 2, key).next, None);
    }
}
