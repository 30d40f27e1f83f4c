//! The program and the workspace around it.

mod architecture;
