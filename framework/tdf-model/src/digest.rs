//! The digest of a safetensors file, which stands in the metadata of the file itself.
//!
//! It is the SHA-256 of all bytes of the file, with the 64 digits of the digest itself taken as zeros. So it covers the
//! metadata, the names and shapes of tensors, and their numbers.

use sha2::{Digest as _, Sha256};

/// The digits that stand for the digest until [`seal`] writes it.
pub const UNSEALED: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Writes the digest of `file` in place of [`UNSEALED`], which its metadata holds.
///
/// # Errors
/// If the metadata does not hold it.
pub fn seal(file: &mut [u8]) -> Result<(), String> {
    let at = place(file, UNSEALED).ok_or("the metadata has no place for a digest")?;
    let digest = of(file, at);
    file[at..at + digest.len()].copy_from_slice(digest.as_bytes());
    Ok(())
}

/// Whether `digest`, which the metadata of `file` holds, is that of the file.
///
/// # Errors
/// If not a byte of the file may be another one, this says so.
pub fn verify(file: &[u8], digest: &str) -> Result<(), String> {
    let is_one = digest.len() == UNSEALED.len() && digest != UNSEALED;
    match place(file, digest).filter(|_| is_one) {
        Some(at) if of(file, at) == digest => Ok(()),
        _ => Err("is damaged: its bytes do not have the digest that its metadata names".to_owned()),
    }
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(Sha256::new_with_prefix(bytes))
}

/// Where `digits` stand in the header.
fn place(file: &[u8], digits: &str) -> Option<usize> {
    let length = u64::from_le_bytes(*file.first_chunk()?);
    let end = usize::try_from(length).ok()?.checked_add(8)?;
    let header = file.get(..end)?;
    let digits = digits.as_bytes();
    header.windows(digits.len().max(1)).position(|part| part == digits)
}

/// The digest of `file`, whose own digits stand at `at`.
fn of(file: &[u8], at: usize) -> String {
    let mut hash = Sha256::new();
    hash.update(&file[..at]);
    hash.update(UNSEALED);
    hash.update(&file[at + UNSEALED.len()..]);
    hexadecimal(hash)
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let header = format!("{{\"digest\":\"{UNSEALED}\"}}");
        let length = (header.len() as u64).to_le_bytes();
        [&length, header.as_bytes(), &[1, 2, 3, 255]].concat()
    }

    #[test]
    fn every_bit_counts() {
        let mut sealed = file();
        seal(&mut sealed).unwrap();
        let digest = String::from_utf8(sealed[19..83].to_vec()).unwrap();
        assert_eq!(verify(&sealed, &digest), Ok(()));
        // Worked out over the file as it was before it was sealed.
        assert_eq!(digest, sha256(&file()));
        for bit in 0..8 * sealed.len() {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(verify(&flipped, &digest).is_err(), "bit {bit}");
        }
        for digest in ["", "0", UNSEALED, &digest[1..], &digest.to_uppercase()] {
            assert!(verify(&sealed, digest).is_err(), "{digest}");
        }
        assert!(verify(&file(), UNSEALED).is_err());
        assert!(seal(&mut sealed).is_err());
        assert!(seal(&mut []).is_err());
    }
}
