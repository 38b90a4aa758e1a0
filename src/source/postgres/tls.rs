//! TLS to a PostgreSQL, by rustls.

use std::sync::Arc;

use postgres::config::{Host, SslMode, SslNegotiation};
use postgres::{Client, Config, NoTls};
use rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::config::Settings;
use crate::source::guarded::{Guard, Plain};

/// How a connection is protected; None: not at all.
pub struct Tls(Option<ClientConfig>);

impl Tls {
    /// The ways that `PROVHA__DB_TLS` allows, the best first. A connection
    /// within the machine needs none, unless the server wants it.
    pub fn ways(settings: &Settings, local: bool) -> Result<Vec<Self>, String> {
        let plain = || Self(None);
        let with = |verify| {
            let config = client_config(settings, verify)?;
            Ok::<_, String>(Self(Some(config)))
        };
        Ok(match settings.text("PROVHA__DB_TLS") {
            "off" => vec![plain()],
            "prefer" if local => vec![plain(), with(false)?],
            "prefer" => vec![with(false)?, plain()],
            "require" => vec![with(false)?],
            _ => vec![with(true)?],
        })
    }

    /// Connects in this way, which passes the guard; by a socket of this
    /// machine the driver lets nothing pass. `local`: nobody can listen.
    ///
    /// # Errors
    /// The driver's.
    pub fn open(
        self,
        config: &Config,
        local: bool,
    ) -> Result<Client, postgres::Error> {
        let mut config = config.clone();
        config.ssl_mode(SslMode::Require);
        if let Self(Some(tls)) = self {
            let way = MakeRustlsConnect::new(tls);
            return config.connect(Guard { way, clear: true });
        }
        let socket = |host: &Host| matches!(host, Host::Unix(_));
        if config.get_hosts().iter().any(socket) {
            config.ssl_mode(SslMode::Disable);
            return config.connect(NoTls);
        }
        // The way without TLS is handed in as a way to do TLS.
        config.ssl_negotiation(SslNegotiation::Direct);
        config.connect(Guard { way: Plain, clear: local })
    }
}

/// The TLS client.
fn client_config(
    settings: &Settings,
    verify: bool,
) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS: {error}"))?;
    if !verify {
        let any = Arc::new(AnyCertificate(provider));
        let builder = builder.dangerous();
        let builder = builder.with_custom_certificate_verifier(any);
        return Ok(builder.with_no_client_auth());
    }
    let builder = builder.with_root_certificates(roots(settings)?);
    Ok(builder.with_no_client_auth())
}

/// The CAs that are trusted.
fn roots(settings: &Settings) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    let ca = settings.text("PROVHA__DB_TLS_CA");
    if ca.is_empty() {
        let found = rustls_native_certs::load_native_certs();
        let _ = roots.add_parsable_certificates(found.certs);
        return Ok(roots);
    }
    let path = settings.root().at(ca);
    let failed =
        |why: String| format!("PROVHA__DB_TLS_CA: {}: {why}", path.display());
    let bytes = std::fs::read(&path).map_err(|e| failed(e.to_string()))?;
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        let certificate = certificate.map_err(|e| failed(e.to_string()))?;
        roots.add(certificate).map_err(|e| failed(e.to_string()))?;
    }
    Ok(roots)
}

/// Takes every certificate: TLS against listeners, not against impostors.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signature,
            known,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signature,
            known,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
