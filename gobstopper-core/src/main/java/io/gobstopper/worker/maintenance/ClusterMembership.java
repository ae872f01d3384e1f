package io.gobstopper.worker.maintenance;

import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.Cluster;
import io.gobstopper.store.ClusterNode;
import io.gobstopper.store.writer.GroupCommit;
import io.gobstopper.worker.dispatch.CategoryQueues;

/**
 * What this worker tells the others and hears from them.
 */
public final class ClusterMembership {

	private final Cluster cluster;

	private final GroupCommit groupCommit;

	private final CategoryQueues queues;

	private final Supplier<ClusterNode> node;

	private final Runnable lookForWork;

	private Cluster.@Nullable Subscription announcements;

	public ClusterMembership(Cluster cluster, GroupCommit groupCommit, CategoryQueues queues,
			Supplier<ClusterNode> node, Runnable lookForWork) {
		this.cluster = cluster;
		this.groupCommit = groupCommit;
		this.queues = queues;
		this.node = node;
		this.lookForWork = lookForWork;
	}

	public synchronized void listen() {
		this.announcements = this.cluster.listen(this.queues, this.lookForWork);
	}

	// Tells that this worker is there.
	public void beat() {
		ClusterNode now = this.node.get();
		GroupCommit.await(this.groupCommit.write((store) -> {
			this.cluster.beat(now);
			return now;
		}));
	}

	// An announcement may have been missed.
	public void comparePauses() {
		Set<String> paused = this.groupCommit.reads().pausedCategories();
		this.queues.pauseOnly(paused);
	}

	// The others are told without waiting for it.
	public synchronized void leave() {
		if (this.announcements != null) {
			this.announcements.close();
			String node = this.node.get().name();
			var unused = this.groupCommit.write((store) -> {
				this.cluster.leave(node);
				return node;
			});
		}
	}

}
