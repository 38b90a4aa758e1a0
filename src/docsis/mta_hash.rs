//! The configuration hash in an MTA's file.

use crate::docsis::codes;
use crate::docsis::decode::ber::{STRING_TAG, Varbind};
use crate::docsis::decode::tree::{Form, Tlv};
use crate::docsis::mic;

/// The digest in a setting, if it is an MTA's configuration hash.
pub(in crate::docsis) fn mta_hash<'a>(tlv: &Tlv<'a>) -> Option<&'a [u8]> {
    let object = tlv.code == codes::OBJECT || tlv.form == Form::Wide;
    let varbind = Varbind::read(tlv.value).filter(|_| object)?;
    let oid = varbind.oid.as_slice();
    let hash = oid == mic::NA_HASH || oid == mic::EU_HASH;
    (hash && varbind.tag == STRING_TAG).then_some(varbind.value)
}
