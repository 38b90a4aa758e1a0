#!/usr/bin/env python3
"""Prints SQL that adds N modems to a database made by fixtures/schema.sql and
fixtures/golden/network.sql, for measurements:

    tools/make-network.py 100000 | mariadb nmsprime

Every modem has a contract, a service plan and a configfile of its own chain;
every third has a telephone adapter with two numbers. The rows are made by the
server's sequence engine (MariaDB), so that a million takes seconds.
"""

import sys

FIRST = 1_000_000
FIRST_MTA = 3_000_000

CONFIGFILES = r"""
INSERT INTO configfile (id, name, text, device, public, parent_id, firmware) VALUES
 (901, 'Load root', 'SnmpMibObject sysContact.0 String "noc@example.net";\nSnmpMibObject sysLocation.0 String "{modem.zip.0} {modem.city.0}";\nGlobalPrivacyEnable 1;\nUsServiceFlow\n{\nUsServiceFlowRef 1;\nQosParamSetType 7;\nMaxRateSustained {qos.us_rate_max_help.0};\nMinReservedRate {{modem.us_min.0},?,0};\n}\nDsServiceFlow\n{\nDsServiceFlowRef 101;\nQosParamSetType 7;\nMaxRateSustained {qos.ds_rate_max_help.0};\n}', 'cm', 'yes', NULL, ''),
 (902, 'Load child', 'SnmpMibObject sysName.0 String "{modem.serial_num.0}";', 'cm', 'yes', 901, ''),
 (903, 'Load mta', 'SnmpMibObject sysContact.0 String "{mta.hostname.0}";\nSnmpMibObject sysLocation.0 String "{phonenumber.number.1}";', 'mta', 'yes', NULL, '');
"""


def rows(count):
    """The statements that make the rows."""
    last, mtas = FIRST + count - 1, count // 3
    mac = "INSERT(INSERT(INSERT(INSERT(INSERT(LPAD(HEX({}),12,'0'),11,0,':'),9,0,':'),7,0,':'),5,0,':'),3,0,':')"
    yield (
        "INSERT INTO contract (id, number, firstname, lastname, internet_access, has_telephony, qos_id)"
        f" SELECT seq, CONCAT('L', seq), 'Anna', CONCAT('Adler', seq MOD 97), seq MOD 50 <> 0, seq MOD 3 = 0, 1 + seq MOD 5 FROM seq_{FIRST}_to_{last};"
    )
    yield (
        "INSERT INTO modem (id, created_at, updated_at, name, hostname, contract_id, lastname, street, zip, city, mac,"
        " us_pwr, us_snr, ds_pwr, ds_snr, public, internet_access, serial_num, configfile_id, qos_id, next_passive_id)"
        " SELECT seq, '2022-04-11 10:00:00', '2022-04-11 10:00:00', CONCAT('Modem ', seq), CONCAT('cm-', seq), seq, CONCAT('Adler', seq MOD 97),"
        f" 'Hauptstr.', LPAD(seq MOD 99999, 5, '0'), 'Marienberg', LOWER({mac.format('0x021000000000 + seq')}),"
        " 45, 36, 1, 38, seq MOD 20 = 0, seq MOD 50 <> 0, CONCAT('SN', seq), 902, 1 + seq MOD 5, 0"
        f" FROM seq_{FIRST}_to_{last};"
    )
    if mtas == 0:
        return
    mta_last = FIRST_MTA + mtas - 1
    yield (
        "INSERT INTO mta (id, modem_id, mac, hostname, configfile_id, type)"
        f" SELECT seq, {FIRST} + (seq - {FIRST_MTA}) * 3, LOWER({mac.format('0x021100000000 + seq')}), CONCAT('mta-', seq), 903, 'sip' FROM seq_{FIRST_MTA}_to_{mta_last};"
    )
    yield (
        "INSERT INTO phonenumber (mta_id, port, country_code, prefix_number, number, username, password, sipdomain, active)"
        f" SELECT m.seq, p.seq, '0049', '03733', m.seq * 10 + p.seq, CONCAT('u', m.seq), 'pw', 'sip.example.net', 1 FROM seq_{FIRST_MTA}_to_{mta_last} m, seq_1_to_2 p;"
    )


def main():
    """Checks the argument and prints."""
    if len(sys.argv) != 2 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    print("SET sql_mode = 'NO_ENGINE_SUBSTITUTION';")
    print(CONFIGFILES)
    for statement in rows(int(sys.argv[1])):
        print(statement)


if __name__ == "__main__":
    main()
