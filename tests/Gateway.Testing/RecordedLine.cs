using Microsoft.Extensions.Logging;

namespace Gateway.Testing;

/// <summary>One log line, its exception's text included.</summary>
public sealed record RecordedLine(string Category, LogLevel Level, int EventId, string Text);
