//! Uncompressed zip archives: what `torch.save` writes and `torch.load` reads.

use crate::diag::{Fault, Result};

/// Records start at multiples of this, as PyTorch lays them out for memory mapping.
const ALIGNMENT: usize = 64;
const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;

/// An archive being written.
#[derive(Default)]
pub struct ZipWriter {
    out: Vec<u8>,
    /// Name, checksum, size and position of each record.
    records: Vec<(String, u32, u32, u32)>,
}

fn put16(out: &mut Vec<u8>, n: u16) {
    out.extend_from_slice(&n.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, n: u32) {
    out.extend_from_slice(&n.to_le_bytes());
}

impl ZipWriter {
    /// Appends a record.
    ///
    /// Errors: RuntimeError beyond four gigabytes, which the plain format cannot address.
    pub fn add(&mut self, name: &str, data: &[u8]) -> Result<()> {
        let too_large = || Fault::runtime("torch.save: more than 4 GiB are not supported");
        let position = u32::try_from(self.out.len()).map_err(|_| too_large())?;
        let size = u32::try_from(data.len()).map_err(|_| too_large())?;
        let sum = checksum(data);
        let header = 30 + name.len();
        // The padding stands in an extra field of its own: two bytes of tag, two of length.
        let padding = (ALIGNMENT - (self.out.len() + header + 4) % ALIGNMENT) % ALIGNMENT;
        put32(&mut self.out, LOCAL);
        entry(&mut self.out, sum, size, name.len(), 4 + padding);
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"FB");
        put16(&mut self.out, padding as u16);
        self.out.resize(self.out.len() + padding, b'Z');
        self.out.extend_from_slice(data);
        self.records.push((name.to_string(), sum, size, position));
        Ok(())
    }

    /// The archive with its directory.
    pub fn finish(mut self) -> Vec<u8> {
        let start = self.out.len() as u32;
        let count = self.records.len() as u16;
        for (name, sum, size, position) in std::mem::take(&mut self.records) {
            put32(&mut self.out, CENTRAL);
            put16(&mut self.out, 0);
            entry(&mut self.out, sum, size, name.len(), 0);
            // Comment, disk, attributes.
            put16(&mut self.out, 0);
            put16(&mut self.out, 0);
            put16(&mut self.out, 0);
            put32(&mut self.out, 0);
            put32(&mut self.out, position);
            self.out.extend_from_slice(name.as_bytes());
        }
        let size = self.out.len() as u32 - start;
        put32(&mut self.out, END);
        put16(&mut self.out, 0);
        put16(&mut self.out, 0);
        put16(&mut self.out, count);
        put16(&mut self.out, count);
        put32(&mut self.out, size);
        put32(&mut self.out, start);
        put16(&mut self.out, 0);
        self.out
    }
}

/// The fields that local and central headers share, from the version needed on.
fn entry(out: &mut Vec<u8>, sum: u32, size: u32, name: usize, extra: usize) {
    put16(out, 0);
    // The names are UTF-8; nothing is compressed; no time, the first of January 1980.
    put16(out, 0x0800);
    put16(out, 0);
    put16(out, 0);
    put16(out, 0x0021);
    put32(out, sum);
    put32(out, size);
    put32(out, size);
    put16(out, name as u16);
    put16(out, extra as u16);
}

/// An archive being read.
pub struct ZipReader<'a> {
    data: &'a [u8],
    records: Vec<(String, &'a [u8])>,
}

#[cold]
fn broken(what: &str) -> crate::diag::Error {
    Fault::runtime(format!("PytorchStreamReader failed reading zip archive: {what}"))
}

fn get16(data: &[u8], at: usize) -> Result<usize> {
    let bytes = data.get(at..at + 2).ok_or_else(|| broken("it ends too early"))?;
    Ok(u16::from_le_bytes([bytes[0], bytes[1]]) as usize)
}

fn get32(data: &[u8], at: usize) -> Result<usize> {
    let bytes = data.get(at..at + 4).ok_or_else(|| broken("it ends too early"))?;
    Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
}

fn get64(data: &[u8], at: usize) -> Result<usize> {
    Ok(get32(data, at)? | get32(data, at + 4)? << 32)
}

impl<'a> ZipReader<'a> {
    /// The archive in a file's bytes.
    ///
    /// Errors: RuntimeError for what is no zip archive, or is compressed.
    pub fn new(data: &'a [u8]) -> Result<ZipReader<'a>> {
        let signature = END.to_le_bytes();
        let from = data.len().saturating_sub(66_000);
        let end = data[from..]
            .windows(4)
            .rposition(|w| w == signature)
            .map(|at| from + at)
            .ok_or_else(|| broken("failed finding central directory"))?;
        let mut count = get16(data, end + 10)?;
        let mut at = get32(data, end + 16)?;
        // PyTorch's own archives also carry the 64-bit directory, which rules when the fields are full.
        if (at == u32::MAX as usize || count == u16::MAX as usize)
            && let Some(locator) = end.checked_sub(20)
        {
            let end64 = get64(data, locator + 8)?;
            count = get64(data, end64 + 32)?;
            at = get64(data, end64 + 48)?;
        }
        let mut reader = ZipReader { data, records: Vec::new() };
        for _ in 0..count {
            if get32(data, at)? != CENTRAL as usize {
                return Err(broken("the directory is damaged"));
            }
            let (name, extra, comment) = (get16(data, at + 28)?, get16(data, at + 30)?, get16(data, at + 32)?);
            let text = data.get(at + 46..at + 46 + name).ok_or_else(|| broken("it ends too early"))?;
            let text = String::from_utf8_lossy(text).into_owned();
            if get16(data, at + 10)? != 0 {
                return Err(broken("its records are compressed"));
            }
            let (mut size, mut position) = (get32(data, at + 24)?, get32(data, at + 42)?);
            if size == u32::MAX as usize || position == u32::MAX as usize {
                let fields = at + 46 + name;
                let mut field = fields;
                while field + 4 <= fields + extra {
                    let (tag, len) = (get16(data, field)?, get16(data, field + 2)?);
                    if tag == 1 {
                        let mut next = field + 4;
                        if size == u32::MAX as usize {
                            size = get64(data, next)?;
                            // The compressed size follows.
                            next += 16;
                        }
                        if position == u32::MAX as usize {
                            position = get64(data, next)?;
                        }
                    }
                    field += 4 + len;
                }
            }
            reader.add(text, position, size)?;
            at += 46 + name + extra + comment;
        }
        Ok(reader)
    }

    fn add(&mut self, name: String, position: usize, size: usize) -> Result<()> {
        let start = position + 30 + get16(self.data, position + 26)? + get16(self.data, position + 28)?;
        let content = start.checked_add(size).and_then(|end| self.data.get(start..end));
        self.records.push((name, content.ok_or_else(|| broken("a record lies outside"))?));
        Ok(())
    }

    /// The content of the record whose name ends in that, after the archive's own folder.
    pub fn record(&self, name: &str) -> Option<&'a [u8]> {
        self.records.iter().find(|(n, _)| n.split_once('/').is_some_and(|(_, rest)| rest == name)).map(|(_, c)| *c)
    }
}

/// The CRC-32 of zip.
fn checksum(data: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0u32; 256];
        let mut i = 0;
        while i < 256 {
            let mut c = i as u32;
            let mut bit = 0;
            while bit < 8 {
                c = if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 };
                bit += 1;
            }
            table[i] = c;
            i += 1;
        }
        table
    };
    !data.iter().fold(!0u32, |sum, &b| TABLE[((sum ^ b as u32) & 0xff) as usize] ^ (sum >> 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_aligned() {
        let mut zip = ZipWriter::default();
        zip.add("a/data.pkl", b"123456789").unwrap();
        zip.add("a/data/0", &[7; 100]).unwrap();
        let bytes = zip.finish();
        let read = ZipReader::new(&bytes).unwrap();
        assert_eq!(read.record("data.pkl"), Some(&b"123456789"[..]));
        let content = read.record("data/0").unwrap();
        assert_eq!(content, [7; 100]);
        assert_eq!((content.as_ptr() as usize - bytes.as_ptr() as usize) % ALIGNMENT, 0);
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn damage_is_an_error() {
        assert!(ZipReader::new(b"").is_err());
        let mut zip = ZipWriter::default();
        zip.add("a/b", b"xyz").unwrap();
        let bytes = zip.finish();
        for n in 0..bytes.len() {
            let _ = ZipReader::new(&bytes[..n]);
            let mut changed = bytes.clone();
            changed[n] ^= 0xff;
            let _ = ZipReader::new(&changed);
        }
    }
}
