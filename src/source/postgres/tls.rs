//! TLS to a PostgreSQL, by rustls.

use std::sync::Arc;

use postgres::config::SslMode;
use rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};

use crate::config::Settings;

/// How a connection is protected.
pub struct Tls {
    /// Whether it is asked for.
    pub mode: SslMode,
    /// The client; None: not asked for.
    pub config: Option<ClientConfig>,
}

impl Tls {
    /// The ways that `PROVHA__DB_TLS` allows, the best first. A connection
    /// within the machine needs none, unless the server wants it.
    pub fn ways(settings: &Settings, local: bool) -> Result<Vec<Self>, String> {
        let plain = || Self { mode: SslMode::Disable, config: None };
        let with = |mode, verify| {
            let config = Some(client_config(settings, verify)?);
            Ok::<_, String>(Self { mode, config })
        };
        Ok(match settings.text("PROVHA__DB_TLS") {
            "off" => vec![plain()],
            "prefer" if local => {
                vec![plain(), with(SslMode::Require, false)?]
            }
            "prefer" => vec![with(SslMode::Prefer, false)?],
            "require" => vec![with(SslMode::Require, false)?],
            _ => vec![with(SslMode::Require, true)?],
        })
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
    for certificate in rustls_pemfile::certs(&mut &bytes[..]) {
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
