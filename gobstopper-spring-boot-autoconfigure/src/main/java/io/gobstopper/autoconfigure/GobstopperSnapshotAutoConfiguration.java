package io.gobstopper.autoconfigure;

import java.nio.file.Path;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.util.Assert;

import io.gobstopper.autoconfigure.diagnostics.InvalidGobstopperPropertiesException;
import io.gobstopper.store.StoreSnapshots;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSnapshots;
import io.gobstopper.store.writer.GroupCommit;

/**
 * Auto-configuration of snapshots of the task database.
 */
@AutoConfiguration(after = GobstopperAutoConfiguration.class)
@ConditionalOnProperty("gobstopper.snapshot.directory")
@Conditional(QueueOfParent.Missing.class)
@ConditionalOnBean({ DuckDbDatabase.class, GroupCommit.class })
public final class GobstopperSnapshotAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(StoreSnapshots.class)
	DuckDbSnapshots gobstopperSnapshots(DuckDbDatabase database, GobstopperProperties properties) {
		GobstopperProperties.Snapshot snapshot = properties.getSnapshot();
		return InvalidGobstopperPropertiesException.check("gobstopper.snapshot", () -> {
			Path directory = GobstopperDuckDbAutoConfiguration.absolute(snapshot.getDirectory());
			Assert.notNull(directory, "'directory' must not be empty");
			return new DuckDbSnapshots(database, directory, snapshot.getKeep());
		});
	}

	@Bean
	SnapshotSchedule gobstopperSnapshotSchedule(GroupCommit groupCommit, StoreSnapshots snapshots,
			GobstopperProperties properties) {
		return InvalidGobstopperPropertiesException.check("gobstopper.snapshot",
				() -> new SnapshotSchedule(groupCommit, snapshots, properties.getSnapshot().getInterval()));
	}

}
