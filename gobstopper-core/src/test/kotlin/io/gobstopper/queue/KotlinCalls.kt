package io.gobstopper.queue

import io.gobstopper.GobstopperTask
import io.gobstopper.TaskHandle
import io.gobstopper.TaskQueueService
import java.time.Duration

interface GreetingTasks {

	@GobstopperTask("kotlin_greeting")
	fun greet(name: String, nickname: String?, times: Int = 2): String

	@GobstopperTask("kotlin_nothing")
	fun nothing(name: String)

}

class GreetingHandler : GreetingTasks {

	override fun greet(name: String, nickname: String?, times: Int) = "$name as $nickname, $times times"

	override fun nothing(name: String) = Unit

}

class KotlinCalls(private val queue: TaskQueueService) {

	private val greetings = queue.tasks(GreetingTasks::class.java)

	fun withDefault(name: String): TaskHandle<String> = greetings.submit { it.greet(name, null) }

	fun withAll(name: String): TaskHandle<String> =
		greetings.with { it.delay(Duration.ofMillis(1)) }.submit { tasks -> tasks.greet(name, "A", 3) }

	fun nothing(name: String): String = greetings.enqueue { it.nothing(name) }

}
