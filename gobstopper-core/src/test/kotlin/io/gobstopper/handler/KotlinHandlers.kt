package io.gobstopper.handler

import io.gobstopper.GobstopperTask

class KotlinHandlers {

	@GobstopperTask(name = "greet")
	fun greet(name: String, nickname: String?): String = "$name as $nickname"

	@GobstopperTask(name = "repeat")
	fun repeat(text: String, times: Int = 2): String = text.repeat(times)

}

class SuspendingHandler {

	@GobstopperTask(name = "later")
	suspend fun later(text: String): String = text

}
