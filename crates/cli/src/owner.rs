//! The owner's token: made at the first start, kept in the data folder, shown to the server by the command line.

use avops_app::tokens;
use rand::TryRngCore as _;

use crate::compose::Program;
use crate::error::Error;
use crate::folder::Folder;

/// Makes the token on the first start. It is in the file before the database knows it: a crash in between must not
/// leave an owner whom nobody can be.
///
/// # Errors
/// When the token that was given is too short, or the folder cannot be written.
pub(crate) async fn settle(program: &Program, folder: &Folder) -> Result<(), Error> {
    if program.store.has_token_of("owner").await? {
        return Ok(());
    }
    let token = match (from_environment("AVOPS_OWNER_TOKEN"), folder.owner_token()?) {
        (Some(given), _) => given,
        (None, Some(kept)) => kept,
        (None, None) => random_token()?,
    };
    folder.keep_owner_token(&token)?;
    tokens::ensure_owner(&program.app, Some(&token)).await?;
    Ok(())
}

/// The token to show to a server: one's own from the environment, else the owner's from the data folder, else the
/// owner's as an unattended installation was given it.
///
/// # Errors
/// When others can read the owner's token.
pub(crate) fn token(folder: &Folder) -> Result<Option<String>, Error> {
    if let Some(token) = from_environment("AVOPS_TOKEN") {
        return Ok(Some(token));
    }
    Ok(folder
        .owner_token()?
        .or_else(|| from_environment("AVOPS_OWNER_TOKEN")))
}

fn from_environment(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .map(|token| token.trim().to_owned())
        .filter(|token| !token.is_empty())
}

/// 256 bits, in the form of every token.
fn random_token() -> Result<String, Error> {
    let mut bytes = [0_u8; 32];
    rand::rngs::OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| Error::outside(format!("the system gives no random numbers: {error}")))?;
    Ok(format!("avops_{}", hex::encode(bytes)))
}
