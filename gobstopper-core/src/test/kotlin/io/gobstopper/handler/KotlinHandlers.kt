package io.gobstopper.handler

import io.gobstopper.Backoff
import io.gobstopper.GobstopperTask
import io.gobstopper.NonRetryableTaskException
import io.gobstopper.TaskContext
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext

open class KotlinHandlers {

	@GobstopperTask(name = "greet")
	open fun greet(name: String, nickname: String?): String = "$name as $nickname"

	@GobstopperTask(name = "repeat")
	open fun repeat(text: String, times: Int = text.length, mark: String? = "!"): String = text.repeat(times) + mark

	@GobstopperTask(name = "default_nothing")
	open fun nothing(unused: Int = 1) {
		check(unused == 1)
	}

	@GobstopperTask(name = "deferred")
	open fun deferred(text: String): Deferred<String> = CompletableDeferred(text)

}

@JvmInline
value class UserId(val id: Long)

open class SuspendingHandlers {

	@GobstopperTask(name = "later_user")
	open suspend fun user(id: UserId, times: Int = 2): String = "user ".repeat(times) + id.id

	val started = CountDownLatch(1)

	val cancelled = CountDownLatch(1)

	@GobstopperTask(name = "later")
	open suspend fun later(text: String, times: Int = 2, context: TaskContext): String =
		withContext(Dispatchers.Default) { text.repeat(times) + context.attempt() }

	@GobstopperTask(name = "later_nothing")
	suspend fun nothing() = withContext(Dispatchers.Default) { }

	@GobstopperTask(name = "later_failing")
	suspend fun failing(): String = withContext(Dispatchers.Default) { throw NonRetryableTaskException("planned") }

	@GobstopperTask(name = "never")
	suspend fun never() {
		started.countDown()
		try {
			awaitCancellation()
		} finally {
			cancelled.countDown()
		}
	}

	private val running = AtomicInteger()

	val atOnce = ConcurrentLinkedQueue<Int>()

	@GobstopperTask(name = "stubborn", maxRetries = 1, timeout = "100ms", backoff = Backoff(initialDelay = "10ms"))
	suspend fun stubborn() = withContext(Dispatchers.Default + NonCancellable) {
		atOnce.add(running.incrementAndGet())
		delay(1_000)
		running.decrementAndGet()
		Unit
	}

}

class Launching {

	@GobstopperTask(name = "launching")
	fun launching(): Job = Job()

}

class SuspendingTwice {

	@GobstopperTask(name = "twice")
	suspend fun twice(text: String): Deferred<String> = CompletableDeferred(text)

}

interface SuspendingTasks {

	@GobstopperTask("suspending")
	suspend fun suspending(text: String): String

}
