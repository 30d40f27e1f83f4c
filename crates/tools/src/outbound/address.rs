//! Which network addresses may be connected to. Decided on numbers, never on how an address is written.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::Error;

/// How far a tool's requests may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Public addresses only: vendors on the internet.
    Public,
    /// Also private and loopback addresses: an admin fixed the host and the port.
    Registered,
}

impl Reach {
    /// The reach of a vendor's requests: an address that an admin has set may be private, the
    /// vendor's own is public.
    pub(crate) fn of_vendor(is_set_by_admin: bool) -> Self {
        if is_set_by_admin {
            Self::Registered
        } else {
            Self::Public
        }
    }

    /// States whether `address` may be connected to.
    pub(crate) fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Public => is_public(address),
            Self::Registered => may_be_registered(address),
        }
    }
}

/// Parses a base address and refuses what no tool may have.
pub(crate) fn base_url(address: &str, reach: Reach) -> Result<Url, Error> {
    let refuse = |message: &str| Error::Address {
        address: address.to_owned(),
        message: message.to_owned(),
    };
    let url = Url::parse(address.trim()).map_err(|e| refuse(&e.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("only http and https can be spoken"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("credentials do not belong into an address"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("give the base address without `?` and `#`"));
    }
    let literal = match url.host() {
        None => return Err(refuse("it names no host")),
        Some(Host::Domain(_)) => None,
        Some(Host::Ipv4(v4)) => Some(IpAddr::V4(v4)),
        Some(Host::Ipv6(v6)) => Some(IpAddr::V6(v6)),
    };
    // The HTTP client asks no resolver about a literal, so it is checked here.
    match literal {
        Some(ip) if !reach.allows(ip) => Err(refuse(&format!("{ip} is not an allowed address"))),
        _ => Ok(url),
    }
}

/// Resolves names and passes on only the addresses that are allowed. The client connects to exactly
/// what this returns, so a name cannot change its meaning between the check and the connection.
pub(crate) struct GuardedResolver(pub(crate) Reach);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let host = name.as_str();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
            let allowed: Vec<SocketAddr> = found
                .iter()
                .copied()
                .filter(|a| reach.allows(a.ip()))
                .collect();
            if allowed.is_empty() {
                let reason = match found.first() {
                    Some(first) => format!("`{host}` is {}, not an allowed address", first.ip()),
                    None => format!("`{host}` has no address"),
                };
                return Err(reason.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// States whether an address is one of the public internet. Sources: the IANA special-purpose
/// address registries for IPv4 and IPv6.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(a == 0
                || v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_documentation()
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 192 && b == 88 && c == 99)
                || (a == 198 && (b == 18 || b == 19))
                || a >= 224)
        }
        // Everything that maps, translates or tunnels IPv4 lies outside of these, or is listed.
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            (0x2000..0x4000).contains(&first)
                && !(first == 0x2001 && second < 0x0200)
                && !(first == 0x2001 && second == 0x0db8)
                && first != 0x2002
                && !(first == 0x3fff && second < 0x1000)
        }
    }
}

/// States whether an admin may point a tool there: anything but addresses that are no single
/// machine, and link-local ones, where clouds keep their machine credentials.
fn may_be_registered(address: IpAddr) -> bool {
    const CLOUD_METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x254);
    match address {
        IpAddr::V4(v4) => {
            v4.octets()[0] != 0
                && v4 != Ipv4Addr::BROADCAST
                && !v4.is_multicast()
                && !v4.is_link_local()
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => may_be_registered(IpAddr::V4(v4)),
            None => {
                v6 == Ipv6Addr::LOCALHOST
                    || (v6.segments()[0] != 0
                        && v6.segments()[0] != 0x0064
                        && v6.segments()[0] != 0x2002
                        && !(v6.segments()[0] == 0x2001 && v6.segments()[1] == 0)
                        && !v6.is_unicast_link_local()
                        && !v6.is_multicast()
                        && v6 != CLOUD_METADATA)
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ways to write an address that is not public: decimal, octal, hexadecimal, short, mapped, tunnelled.
    const NOT_PUBLIC: &[&str] = &[
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://0x7f.0.0.1/",
        "http://127.0.0.1./",
        "http://127.0.1/",
        "http://017700000001/",
        "http://0/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://10.1/",
        "http://0x0a000001/",
        "http://012.0.0.1/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.0.1/",
        "http://192.168.1/",
        "http://3232235521/",
        "http://100.64.0.1/",
        "http://100.127.255.255/",
        "http://169.254.169.254/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://192.0.0.1/",
        "http://192.0.2.1/",
        "http://192.88.99.1/",
        "http://198.18.0.1/",
        "http://198.19.255.255/",
        "http://198.51.100.1/",
        "http://203.0.113.1/",
        "http://224.0.0.1/",
        "http://239.255.255.255/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://[::]/",
        "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::127.0.0.1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[64:ff9b::127.0.0.1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[64:ff9b:1::1]/",
        "http://[2002:7f00:1::]/",
        "http://[2002:a9fe:a9fe::]/",
        "http://[2001::1]/",
        "http://[2001:0:7f00:1::]/",
        "http://[2001:db8::1]/",
        "http://[2001:10::1]/",
        "http://[3fff::1]/",
        "http://[fe80::1]/",
        "http://[febf::1]/",
        "http://[fc00::1]/",
        "http://[fd00::1]/",
        "http://[fd00:ec2::254]/",
        "http://[ff02::1]/",
        "http://[fec0::1]/",
        "http://[100::1]/",
        "http://[4000::1]/",
        "http://１２７.0.0.1/",
        "http://127。0。0。1/",
        "http:127.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "http://%31%32%37.0.0.1/",
    ];

    #[test]
    fn no_spelling_of_a_private_address_passes_as_public() {
        for address in NOT_PUBLIC {
            assert!(
                base_url(address, Reach::Public).is_err(),
                "{address} passed"
            );
        }
    }

    #[test]
    fn only_plain_http_addresses_without_credentials_pass() {
        for address in [
            "ftp://example.com/",
            "file:///etc/passwd",
            "gopher://example.com/",
            "http://",
            "http://user@example.com/",
            "http://user:pass@example.com/",
            "http://a@127.0.0.1:80@b/",
            "http://example.com/?q=1",
            "http://example.com/#f",
            "http://[fe80::1%25eth0]/",
            "example.com",
            "http://300.1.1.1/",
            "http://exa mple.com/",
        ] {
            assert!(
                base_url(address, Reach::Public).is_err(),
                "{address} passed"
            );
            assert!(
                base_url(address, Reach::Registered).is_err(),
                "{address} passed as registered"
            );
        }
    }

    #[test]
    fn public_vendors_pass() {
        for address in [
            "https://slack.com/api",
            "https://8.8.8.8/",
            "http://[2606:4700::1111]/",
        ] {
            base_url(address, Reach::Public).expect(address);
        }
    }

    #[test]
    fn a_registered_tool_may_be_private_but_never_link_local_or_a_group() {
        for address in [
            "http://127.0.0.1:9000",
            "http://10.2.3.4/x",
            "http://[::1]:8/",
            "http://[fd12::1]/",
            "http://localhost:1/",
        ] {
            base_url(address, Reach::Registered).expect(address);
        }
        for address in [
            "http://169.254.169.254/",
            "http://0xa9fea9fe/",
            "http://[::ffff:169.254.169.254]/",
            "http://[fe80::1]/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://0.0.0.0/",
            "http://[::]/",
            "http://[ff02::1]/",
            "http://[fd00:ec2::254]/",
            "http://[64:ff9b::a9fe:a9fe]/",
        ] {
            assert!(
                base_url(address, Reach::Registered).is_err(),
                "{address} passed"
            );
        }
    }
}
