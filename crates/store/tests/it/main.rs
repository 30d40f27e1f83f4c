//! The store against real `SQLite` files in temporary folders.

#[cfg(test)]
mod backups;
#[cfg(test)]
mod catalog;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod fold;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod log;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tool_settings;
#[cfg(test)]
mod upgrade;
