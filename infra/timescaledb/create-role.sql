-- The role of all services, run once, when the volume is made. The migration creates its databases, which it then owns; their
-- owner may create TimescaleDB's extension, which is a trusted one.
\getenv password DATABASE_PASSWORD
create role energy_data login createdb password :'password';
