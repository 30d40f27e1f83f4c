//! The terms of a search, read as the vendor reads them: an unknown one is an error, not ignored.

use super::tree::File;

/// One term. All of a search must hold.
pub(super) enum Term {
    Parent(String),
    Name(String),
    MimeType(String),
    NotTrashed,
    Property(String, String),
}

impl Term {
    pub(super) fn holds(&self, file: &File) -> bool {
        match self {
            Self::Parent(id) => file.parent == *id,
            Self::Name(name) => file.name == *name,
            Self::MimeType(kind) => file.mime_type == *kind,
            // Nothing is thrown away here.
            Self::NotTrashed => true,
            Self::Property(name, value) => file.properties.get(name) == Some(value),
        }
    }
}

/// Reads a search; `None` for one that cannot be read.
pub(super) fn read(query: &str) -> Option<Vec<Term>> {
    let mut rest = query.trim();
    let mut terms = Vec::new();
    while !rest.is_empty() {
        let (term, after) = one(rest)?;
        terms.push(term);
        rest = after.trim_start();
        if !rest.is_empty() {
            rest = rest.strip_prefix("and ")?.trim_start();
        }
    }
    Some(terms)
}

fn one(text: &str) -> Option<(Term, &str)> {
    if let Some(rest) = text.strip_prefix("trashed = false") {
        return Some((Term::NotTrashed, rest));
    }
    if let Some(rest) = text.strip_prefix("name = ") {
        let (name, rest) = quoted(rest)?;
        return Some((Term::Name(name), rest));
    }
    if let Some(rest) = text.strip_prefix("mimeType = ") {
        let (kind, rest) = quoted(rest)?;
        return Some((Term::MimeType(kind), rest));
    }
    if let Some(rest) = text.strip_prefix("appProperties has { key=") {
        let (name, rest) = quoted(rest)?;
        let (value, rest) = quoted(rest.strip_prefix(" and value=")?)?;
        let rest = rest.strip_prefix(" }")?;
        return Some((Term::Property(name, value), rest));
    }
    let (id, rest) = quoted(text)?;
    Some((Term::Parent(id), rest.strip_prefix(" in parents")?))
}

/// A text in quotes, in which `\` takes the next character as it stands.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('\'')?;
    let mut value = String::new();
    let mut characters = inner.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\'' => return Some((value, inner.get(at + 1..)?)),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}
