//! `avops schema`: the JSON Schema of recipes, for editors.

use crate::error::Error;
use crate::terminal::Terminal;

/// Prints the schema.
pub(crate) fn schema(terminal: Terminal) -> Result<(), Error> {
    terminal.value(&avops_recipe::schema())
}
