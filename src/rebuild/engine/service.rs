//! Makes one part that is made of the network: the dhcpd set, named's set,
//! the time services.

use std::net::Ipv4Addr;
use std::sync::Arc;

use crate::context::Context;
use crate::guard;
use crate::model::{Findings, Network};
use crate::outputs::{dhcp, dns, time};
use crate::rebuild::Part;
use crate::report;
use crate::report::Outcome;
use crate::system::lock::Lock;

/// Makes the part; `findings` are those of the network's rows, `answer` is
/// the TFTP server that answers.
pub(super) fn make(
    context: &Context<'_>,
    lock: Option<&Lock>,
    (part, network, answer): (Part, Arc<Network>, Option<Ipv4Addr>),
    findings: &mut Findings,
) -> anyhow::Result<Outcome> {
    let templates = context.templates()?;
    if part == Part::Dhcp {
        let network = Arc::unwrap_or_clone(network);
        let mut options = dhcp::options(context, &network)?;
        options.next_server = answer.unwrap_or(options.next_server);
        return dhcp::apply(
            context, lock, network, &options, &templates, findings,
        );
    }
    guard::quarantine(context, findings, network.rows)?;
    let mut found = Findings::default();
    let outcome = match part {
        Part::Dns => {
            dns::apply(context, lock, &network, &templates, &mut found)
        }
        _ => time::apply(context, lock, &network, &templates),
    }?;
    report::summary(context, network.site.role, &outcome, &found)?;
    Ok(outcome)
}
