package io.gobstopper.store.postgresql;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

import io.gobstopper.store.Claimant;
import io.gobstopper.store.Cluster;
import io.gobstopper.store.ClusterNode;
import io.gobstopper.store.limit.AdmissionRequest;
import io.gobstopper.store.limit.Admissions;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.Superseded;
import io.gobstopper.store.postgresql.limit.PostgresAdmission;
import io.gobstopper.store.postgresql.limit.PostgresGates;
import io.gobstopper.store.postgresql.limit.PostgresTurns;
import io.gobstopper.store.postgresql.row.PostgresParameters;
import io.gobstopper.store.sql.ApplicationTransaction;
import io.gobstopper.store.sql.JdbcTaskReader;
import io.gobstopper.store.sql.StoredTaskRowMapper;
import io.gobstopper.store.sql.TableNames;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.StoredTask;

/**
 * The processes that use one PostgreSQL database.
 */
final class PostgresCluster implements Cluster {

	private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

	private static final String BEAT = """
			insert into gobstopper_node (node, started_at, heartbeat_at, last_claim_at, capacity)
			values (?, ?, ?, ?::timestamp, ?)
			on conflict (node) do update
			set heartbeat_at = excluded.heartbeat_at, last_claim_at = excluded.last_claim_at,
				capacity = excluded.capacity
			""";

	private static final String FORGET_SILENT = "delete from gobstopper_node where heartbeat_at < ?";

	private static final String LEAVE = "delete from gobstopper_node where node = ?";

	private static final String FIND_NODES = """
			select node.node, node.started_at, node.heartbeat_at, node.last_claim_at, node.capacity,
				coalesce(claimed.tasks, 0) as active
			from gobstopper_node as node
			left join (
				select regexp_replace(lease_owner, '#[^#]*$', '') as node, count(*) as tasks
				from gobstopper_task where status = 'started' group by 1
			) as claimed on claimed.node = node.node
			where node.heartbeat_at >= ?
			order by node.node
			""";

	private static final String FIND_COMPLETED = "select * from gobstopper_task_history where id = any(?::uuid[])";

	private final ApplicationTransaction transaction;

	private final DataSource dataSource;

	private final JdbcTemplate jdbcTemplate;

	private final JdbcTemplate writer;

	private final TableNames tables;

	private final PostgresSettings settings;

	private final PostgresAnnouncements announcements;

	private final PostgresCallerInserts inserts;

	private final PostgresAdmission admission;

	private final PostgresChanges changes;

	private final Clock clock;

	private final StoredTaskRowMapper rowMapper = new StoredTaskRowMapper();

	PostgresCluster(DataSource dataSource, JdbcTemplate writer, PostgresSettings settings,
			PostgresAnnouncements announcements, PostgresCallerInserts inserts, Clock clock, Set<String> fair) {
		this.dataSource = dataSource;
		this.jdbcTemplate = new JdbcTemplate(dataSource);
		this.writer = writer;
		this.tables = TableNames.inSchema(settings.schema());
		this.settings = settings;
		this.announcements = announcements;
		this.inserts = inserts;
		this.admission = new PostgresAdmission(dataSource, this.tables, fair);
		this.changes = new PostgresChanges(writer, this.tables, announcements,
				new PostgresAttempts(writer, this.tables), new PostgresGates(writer, this.tables),
				new PostgresTurns(writer, this.tables, fair));
		this.transaction = inserts.transaction();
		this.clock = clock;
	}

	@Override
	public Clock clock() {
		return this.clock;
	}

	@Override
	public boolean isInTransaction() {
		return this.transaction.canBeJoined();
	}

	@Override
	public boolean hasTransactionBegun() {
		return this.transaction.hasBegun();
	}

	@Override
	public void commitTransaction() {
		this.transaction.commit();
	}

	@Override
	public List<InsertedTask> insert(List<StoredTask> tasks) {
		return this.inserts.joined(tasks);
	}

	@Override
	public List<InsertedTask> insertApart(List<StoredTask> tasks) {
		return this.inserts.apart(tasks);
	}

	@Override
	public void announceWork(Collection<String> categories) {
		this.announcements.work(categories);
	}

	@Override
	public void announceGates(Collection<Gate> gates) {
		this.announcements.gates(gates);
	}

	@Override
	public Admissions admit(AdmissionRequest request, @Nullable Set<Gate> changed) {
		return this.admission.admit(request, changed, this.announcements::workOn);
	}

	@Override
	public List<StoredTask> giveWay(Superseded superseded, Instant now) {
		return this.changes.giveWay(superseded, now);
	}

	@Override
	public Subscription listen(Claimant claimant, Runnable begun) {
		return this.settings.listen()
				? new PostgresListener(this.dataSource, this.announcements, claimant, begun).start() : () -> {
				};
	}

	@Override
	public void beat(ClusterNode node) {
		this.writer.update(this.tables.in(BEAT), node.name(), time(node.startedAt()), time(node.heartbeatAt()),
				time(node.lastClaimAt()), node.capacity());
		this.writer.update(this.tables.in(FORGET_SILENT), time(node.heartbeatAt().minus(FORGOTTEN_AFTER)));
	}

	@Override
	public void leave(String name) {
		this.writer.update(this.tables.in(LEAVE), name);
	}

	@Override
	public List<ClusterNode> nodes(Instant heardSince) {
		return this.jdbcTemplate.query(this.tables.in(FIND_NODES),
				(row, number) -> new ClusterNode(row.getString("node"),
						StoredTaskRowMapper.requiredInstant(row, "started_at"),
						StoredTaskRowMapper.requiredInstant(row, "heartbeat_at"),
						StoredTaskRowMapper.instant(row, "last_claim_at"), row.getInt("active"),
						row.getInt("capacity")),
				time(heardSince));
	}

	@Override
	public List<StoredTask> findCompleted(Collection<UUID> ids) {
		return this.jdbcTemplate.query(this.tables.in(FIND_COMPLETED), new PostgresParameters().uuids(ids, (id) -> id),
				this.rowMapper);
	}

	private static @Nullable LocalDateTime time(@Nullable Instant instant) {
		return JdbcTaskReader.timestamp(instant);
	}

}
