using System.Reflection;

namespace Gateway.Telemetry;

/// <summary>The version this process was built as, for example <c>0.1.0</c>.</summary>
internal static class GatewayVersion
{
    // What follows the plus is the commit, which a released version does not need.
    public static string Text { get; } =
        typeof(GatewayVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
