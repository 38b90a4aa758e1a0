-- The sample network of `provha demo`: SQLite, the columns that provha reads.
-- Two CMTS, every type of pool, 300 modems, 90 telephone adapters, endpoints,
-- DOCSIS 3.0, 3.1 and telephony configfiles, and a few bad rows that stand
-- together at the end.
BEGIN;
CREATE TABLE provbase (
  id INTEGER PRIMARY KEY, created_at TEXT, updated_at TEXT, deleted_at TEXT,
  provisioning_server TEXT, ro_community TEXT, rw_community TEXT,
  domain_name TEXT, dns_password TEXT, dhcp_def_lease_time INTEGER,
  dhcp_max_lease_time INTEGER, max_cpe INTEGER, ds_rate_coefficient REAL,
  us_rate_coefficient REAL, multiple_provisioning_systems INTEGER);
CREATE TABLE provha (
  id INTEGER PRIMARY KEY, updated_at TEXT, deleted_at TEXT, master TEXT,
  master_dns_password TEXT, slaves TEXT, slave_dns_password TEXT,
  load_ratio_master REAL, slave_config_rebuild_interval INTEGER);
CREATE TABLE provvoip (
  id INTEGER PRIMARY KEY, updated_at TEXT, deleted_at TEXT, mta_domain TEXT);
CREATE TABLE netgw (
  id INTEGER PRIMARY KEY, updated_at TEXT, deleted_at TEXT, hostname TEXT,
  type TEXT);
CREATE TABLE ippool (
  id INTEGER PRIMARY KEY, updated_at TEXT, deleted_at TEXT, netgw_id INTEGER,
  type TEXT, net TEXT, netmask TEXT, ip_pool_start TEXT, ip_pool_end TEXT,
  router_ip TEXT, broadcast_ip TEXT, dns1_ip TEXT, dns2_ip TEXT, dns3_ip TEXT,
  optional TEXT, version TEXT, active INTEGER);
CREATE TABLE qos (
  id INTEGER PRIMARY KEY, updated_at TEXT, deleted_at TEXT, ds_rate_max REAL,
  us_rate_max REAL, ds_rate_max_help INTEGER, us_rate_max_help INTEGER,
  name TEXT, ds_name TEXT, us_name TEXT);
CREATE TABLE configfile (
  id INTEGER PRIMARY KEY, updated_at TEXT, deleted_at TEXT, name TEXT,
  text TEXT, device TEXT, parent_id INTEGER, firmware TEXT);
CREATE TABLE contract (
  id INTEGER PRIMARY KEY, updated_at TEXT, deleted_at TEXT, number TEXT,
  internet_access INTEGER, has_telephony INTEGER);
CREATE TABLE modem (
  id INTEGER PRIMARY KEY, updated_at TEXT, deleted_at TEXT, name TEXT,
  hostname TEXT, contract_id INTEGER, city TEXT, street TEXT,
  house_number TEXT, zip TEXT, mac TEXT, us_pwr INTEGER, public INTEGER,
  internet_access INTEGER, serial_num TEXT, configfile_id INTEGER,
  qos_id INTEGER, model TEXT, sw_rev TEXT);
CREATE TABLE modem_option (
  id INTEGER PRIMARY KEY, updated_at TEXT, deleted_at TEXT, modem_id INTEGER,
  key TEXT, value TEXT);
CREATE TABLE mta (
  id INTEGER PRIMARY KEY, updated_at TEXT, deleted_at TEXT, modem_id INTEGER,
  mac TEXT, hostname TEXT, configfile_id INTEGER, type TEXT);
CREATE TABLE phonenumber (
  id INTEGER PRIMARY KEY, updated_at TEXT, deleted_at TEXT, mta_id INTEGER,
  port INTEGER, country_code TEXT, prefix_number TEXT, number TEXT,
  username TEXT, password TEXT, sipdomain TEXT, active INTEGER);
CREATE TABLE endpoint (
  id INTEGER PRIMARY KEY, updated_at TEXT, deleted_at TEXT, hostname TEXT,
  mac TEXT, fixed_ip INTEGER, modem_id INTEGER, ip TEXT, add_reverse TEXT,
  version TEXT);

-- Settings. The secrets are samples.
INSERT INTO provbase VALUES (1, NULL, '2026-01-01 00:00:00', NULL,
  '172.20.0.10', 'sample-ro', 'sample-rw', 'cable.example.org',
  'c2FtcGxlLXNlY3JldC1hbG9uZQ==', 43200, 86400, 4, 1.05, 1.05, 1);
INSERT INTO provha VALUES (1, '2026-01-01 00:00:00', NULL, '172.20.0.10',
  'c2FtcGxlLXNlY3JldC1tYXN0ZXI=', '172.20.0.11',
  'c2FtcGxlLXNlY3JldC1zbGF2ZQ==', 0.5, 3600);
INSERT INTO provvoip VALUES (1, NULL, NULL, 'voice.example.org');

INSERT INTO netgw VALUES
  (1, NULL, NULL, 'cmts-hill', 'cmts'),
  (2, NULL, NULL, 'cmts-valley', 'cmts'),
  (3, NULL, NULL, 'bras-1', 'bras');
INSERT INTO ippool VALUES
  (1, NULL, NULL, 1, 'CM', '10.32.0.0', '255.255.252.0', '10.32.0.10',
   '10.32.3.250', '10.32.0.1', '10.32.3.255', '172.20.0.10', '172.20.0.11',
   NULL, NULL, '4', 1),
  (2, NULL, NULL, 1, 'CPEPriv', '100.64.0.0', '255.255.240.0', '100.64.0.10',
   '100.64.15.250', '100.64.0.1', '100.64.15.255', '172.20.0.10', NULL, NULL,
   NULL, '4', 1),
  (3, NULL, NULL, 1, 'CPEPub', '198.51.100.0', '255.255.255.0',
   '198.51.100.10', '198.51.100.250', '198.51.100.1', '198.51.100.255',
   '172.20.0.10', '172.20.0.11', NULL, 'default-lease-time 3600;', '4', 1),
  (4, NULL, NULL, 1, 'MTA', '10.96.0.0', '255.255.252.0', '10.96.0.10',
   '10.96.3.250', '10.96.0.1', '10.96.3.255', '172.20.0.10', NULL, NULL,
   NULL, '4', 1),
  (5, NULL, NULL, 2, 'CM', '10.33.0.0', '255.255.252.0', '10.33.0.10',
   '10.33.3.250', '10.33.0.1', '10.33.3.255', NULL, NULL, NULL, NULL, '4', 1),
  (6, NULL, NULL, 2, 'CPEPriv', '100.65.0.0', '255.255.240.0', '100.65.0.10',
   '100.65.15.250', '100.65.0.1', '100.65.15.255', '172.20.0.10', NULL, NULL,
   NULL, '4', 1),
  (7, NULL, NULL, 2, 'CPEPub', '203.0.113.0', '255.255.255.240',
   '203.0.113.2', '203.0.113.14', '203.0.113.1', '203.0.113.15', '9.9.9.9',
   NULL, NULL, NULL, '4', 1),
  (8, NULL, NULL, 2, 'CPEPriv', '100.66.0.0', '255.255.252.0', '100.66.0.10',
   '100.66.3.250', '100.66.0.1', NULL, NULL, NULL, NULL, NULL, '4', 0);

INSERT INTO qos VALUES
  (1, NULL, NULL, 50, 10, 52500000, 10500000, 'Home 50', 'ds-home50',
   'us-home50'),
  (2, NULL, NULL, 250, 40, 262500000, 42000000, 'Home 250', 'ds-home250',
   'us-home250'),
  (3, NULL, NULL, 1000, 100, 1050000000, 105000000, 'Gigabit', 'ds-giga',
   'us-giga');

-- Configfiles: child first, then its parents.
INSERT INTO configfile VALUES (1, NULL, NULL, 'Base', '/* {modem.hostname.0}, serial {modem.serial_num.0} */
SnmpMibObject sysContact.0 String "noc@cable.example.org";
SnmpMibObject sysLocation.0 String "{modem.zip.0} {modem.city.0}, {modem.street.0} {modem.house_number.0}";
SnmpMibObject docsDevNmAccessIp.1 IPAddress {provbase.provisioning_server.0};
SnmpMibObject docsDevNmAccessIpMask.1 IPAddress 255.255.255.255;
SnmpMibObject docsDevNmAccessCommunity.1 String "{provbase.ro_community.0}";
SnmpMibObject docsDevNmAccessControl.1 Integer 2; /* read */
SnmpMibObject docsDevNmAccessStatus.1 Integer 4;
SnmpMibObject docsDevSwServer.0 IPAddress {provbase.provisioning_server.0};
BaselinePrivacy
{
	AuthTimeout 10;
	ReAuthTimeout 10;
	AuthGraceTime 600;
	OperTimeout 10;
	ReKeyTimeout 10;
	TEKGraceTime 600;
	AuthRejectTimeout 60;
}', 'cm', NULL, NULL);
INSERT INTO configfile VALUES (2, NULL, NULL, 'DOCSIS 3.0', 'GlobalPrivacyEnable 1;
UsServiceFlow
{
	UsServiceFlowRef 1;
	QosParamSetType 7;
	TrafficPriority {{modem.priority.0},?,1};
	MaxRateSustained {qos.us_rate_max_help.0};
	MaxTrafficBurst {{qos.us_rate_max.0},*,15000};
	MaxConcatenatedBurst 16384;
	SchedulingType 2;
}
DsServiceFlow
{
	DsServiceFlowRef 101;
	QosParamSetType 7;
	TrafficPriority {{modem.priority.0},?,1};
	MaxRateSustained {qos.ds_rate_max_help.0};
	MaxTrafficBurst {{qos.ds_rate_max_help.0},/,80};
}
SnmpMibObject docsDevFilterIpDefault.0 Integer 2;
SnmpMibObject docsDevFilterIpStatus.1 Integer 4;
SnmpMibObject docsDevFilterIpControl.1 Integer 1;
SnmpMibObject docsDevFilterIpIfIndex.1 Integer 1;
SnmpMibObject docsDevFilterIpDirection.1 Integer 1;
SnmpMibObject docsDevFilterIpProtocol.1 Integer 17;
SnmpMibObject docsDevFilterIpDestPortLow.1 Integer 137;
SnmpMibObject docsDevFilterIpDestPortHigh.1 Integer 139;', 'cm', 1, NULL);
INSERT INTO configfile VALUES (3, NULL, NULL, 'Home', 'SnmpMibObject ifAlias.2 String "{{modem.name.0},0,12}";', 'cm', 2, '');
INSERT INTO configfile VALUES (4, NULL, NULL, 'DOCSIS 3.1', 'MaxClassifiers 20;
GlobalPrivacyEnable 1;
/* the tariff''s flows first: the first flow of a direction is the primary
   one, which carries what no classifier takes */
UsServiceFlow
{
	UsServiceFlowRef 1;
	QosParamSetType 7;
	TrafficPriority {{modem.priority.0},?,1};
	MaxRateSustained {qos.us_rate_max_help.0};
	MaxTrafficBurst {{qos.us_rate_max.0},*,15000};
	MaxConcatenatedBurst 16384;
	SchedulingType 2;
}
DsServiceFlow
{
	DsServiceFlowRef 101;
	QosParamSetType 7;
	TrafficPriority {{modem.priority.0},?,1};
	MaxRateSustained {qos.ds_rate_max_help.0};
	MaxTrafficBurst {{qos.ds_rate_max_help.0},/,80};
	DataRateUnitSetting 0;
}
/* then one of each for the voice signalling, with a classifier */
UsServiceFlow
{
	UsServiceFlowRef 2;
	QosParamSetType 7;
	TrafficPriority 5;
	MaxRateSustained 128000;
	MinReservedRate 64000;
}
DsServiceFlow
{
	DsServiceFlowRef 102;
	QosParamSetType 7;
	TrafficPriority 5;
	MaxRateSustained 128000;
}
UsPacketClass
{
	ClassifierRef 1;
	ServiceFlowRef 2;
	RulePriority 64;
	ActivationState 1;
	IpPacketClassifier
	{
		IpTos 0xb8fcff;
	}
}
DsPacketClass
{
	ClassifierRef 2;
	ServiceFlowRef 102;
	RulePriority 64;
	ActivationState 1;
	IpPacketClassifier
	{
		IpTos 0xb8fcff;
	}
}', 'cm', 1, 'acme-3.1.7.bin');
INSERT INTO configfile VALUES (10, NULL, NULL, 'Telephony', 'SnmpMibObject pktcMtaDevEnabled.0 Integer 1;
SnmpMibObject pktcMtaDevRealmOrgName.''BASIC.1'' String "Example Cable";
SnmpMibObject ifAdminStatus.9 Integer {{phonenumber.active.1},?,2};
SnmpMibObject ifAdminStatus.10 Integer {{phonenumber.active.2},?,2};
SnmpMibObject enterprises.4491.2.2.8.2.1.1.4.1.1.1 String "{phonenumber.username.1}@{phonenumber.sipdomain.1}";
SnmpMibObject enterprises.4491.2.2.8.2.1.1.4.1.2.1 String "{phonenumber.password.1}";
SnmpMibObject enterprises.4491.2.2.8.2.1.1.4.1.1.2 String "{phonenumber.username.2}@{phonenumber.sipdomain.2}";
SnmpMibObject enterprises.4491.2.2.8.2.1.1.4.1.2.2 String "{phonenumber.password.2}";', 'mta', NULL, NULL);
INSERT INTO configfile VALUES (20, NULL, NULL, 'Other system', '', 'tr069', NULL, NULL);

-- Devices. Every modem has a contract of its own.
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
INSERT INTO contract
  SELECT 500000 + i, NULL, NULL, 'C' || (1000 + i), i % 29 <> 0, i % 3 = 0
  FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
INSERT INTO modem
  SELECT 100000 + i, '2026-01-01 00:00:00', NULL,
    (CASE i % 5 WHEN 0 THEN 'Ada' WHEN 1 THEN 'Bela' WHEN 2 THEN 'Clara'
      WHEN 3 THEN 'Dora' ELSE 'Emil' END) || ' ' ||
    (CASE i % 7 WHEN 0 THEN 'Amsel' WHEN 1 THEN 'Bussard' WHEN 2 THEN 'Dohle'
      WHEN 3 THEN 'Elster' WHEN 4 THEN 'Fink' WHEN 5 THEN 'Gimpel'
      ELSE 'Habicht' END),
    'cm-' || (100000 + i), 500000 + i,
    CASE i % 2 WHEN 0 THEN 'Hilltown' ELSE 'Valleyford' END,
    CASE i % 3 WHEN 0 THEN 'Mill Lane' WHEN 1 THEN 'High Street'
      ELSE 'Station Road' END,
    CAST(1 + i % 97 AS TEXT), printf('%05d', 9400 + i % 40),
    printf('00:1d:ce:00:%02x:%02x', i / 256, i % 256), 40, i % 10 = 4,
    i % 29 <> 0, printf('SN%06d', i * 17),
    CASE WHEN i % 50 = 49 THEN 20 WHEN i % 4 = 3 THEN 4 ELSE 3 END,
    1 + i % 3,
    -- A few older modems have the text of newer ones: that is told.
    CASE WHEN i % 4 = 3 AND i % 60 <> 59 THEN 'TC4400' ELSE 'EPC3208' END,
    'v3.' || (i % 9)
  FROM n;
INSERT INTO modem_option VALUES
  (1, NULL, NULL, 100006, 'priority', '3'),
  (2, NULL, NULL, 100007, 'priority', '5');
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 89)
INSERT INTO mta
  SELECT 300000 + i, NULL, NULL, 100000 + 3 * i,
    printf('00:1d:ce:80:%02x:%02x', i / 256, i % 256), 'mta-' || (300000 + i),
    10, 'sip' FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 119)
INSERT INTO phonenumber
  SELECT 400000 + i, NULL, NULL, 300000 + i % 90, 1 + i / 90, '0049',
    '03735', CAST(100000 + i AS TEXT), '0373' || (5100000 + i),
    'sample' || (i * 7919 % 10000), 'sip.example.org', i % 11 <> 0 FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 19)
INSERT INTO endpoint
  SELECT 200000 + i, NULL, NULL, 'host-' || i,
    CASE WHEN i % 5 = 4 THEN NULL ELSE printf('00:1d:cf:00:00:%02x', i) END,
    i % 2, 100004 + 10 * i,
    CASE WHEN i % 2 THEN '198.51.100.' || (20 + 3 * i) END, NULL, '4' FROM n;

-- Bad rows: each is told, none stops the others.
UPDATE modem SET mac = '00:1d:ce:00:00' WHERE id = 100101;
UPDATE modem SET mac = '00-1D-CE-00-00-66' WHERE id = 100102;
UPDATE modem SET mac = '00:1d:ce:00:00:05' WHERE id = 100103;
UPDATE modem SET hostname = 'front door!' WHERE id = 100104;
UPDATE modem SET name = 'Dora "D" Amsel' WHERE id = 100108;
UPDATE modem SET configfile_id = 99 WHERE id = 100109;
INSERT INTO endpoint VALUES
  (200020, NULL, NULL, 'copy-of-1', '00:1d:cf:00:00:90', 1, 100014,
   '198.51.100.23', NULL, '4');
INSERT INTO ippool VALUES
  (9, NULL, NULL, 2, 'CPEPriv', '100.67.0.0', '255.255.252.0', '100.67.3.250',
   '100.67.0.10', '100.67.0.1', NULL, NULL, NULL, NULL, NULL, '4', 1);
COMMIT;
