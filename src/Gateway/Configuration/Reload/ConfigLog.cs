namespace Gateway.Configuration.Reload;

/// <summary>What the configuration says in the log. Event ids 1000 to 1099.</summary>
internal static partial class ConfigLog
{
    [LoggerMessage(1001, LogLevel.Information, "Configuration revision {Revision} ({Fingerprint}) is in force: {Routes} routes, {Clusters} clusters.")]
    public static partial void Applied(this ILogger logger, long revision, string fingerprint, int routes, int clusters);

    [LoggerMessage(1002, LogLevel.Debug, "The configuration was read again and is unchanged.")]
    public static partial void Unchanged(this ILogger logger);

    [LoggerMessage(1003, LogLevel.Error, "The changed configuration has {Count} mistakes and is not used; revision {Revision} stays in force. {Mistakes}")]
    public static partial void Rejected(this ILogger logger, int count, long revision, string mistakes);

    [LoggerMessage(1004, LogLevel.Warning, "Configuration: {Warning}")]
    public static partial void Warning(this ILogger logger, string warning);

    [LoggerMessage(1005, LogLevel.Warning, "These settings have changed, but take effect only after a restart: {Settings}")]
    public static partial void NeedsRestart(this ILogger logger, string settings);

    [LoggerMessage(1006, LogLevel.Error, "The configuration could not be read again; revision {Revision} stays in force.")]
    public static partial void Failed(this ILogger logger, Exception reason, long revision);

    [LoggerMessage(1007, LogLevel.Error, "The proxy could not take revision {Revision}.")]
    public static partial void NotApplied(this ILogger logger, Exception reason, long revision);
}
