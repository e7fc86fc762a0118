using Gateway.Configuration.Routes;

namespace Gateway.Configuration.Settings;

/// <summary>What tells two configurations apart.</summary>
internal static class SettingsFingerprint
{
    /// <summary>
    /// Covers what gateways that share one configuration have in common: the <c>Gateway</c> and <c>ReverseProxy</c> sections, but not
    /// where each listens.
    /// </summary>
    public static string Of(IReadOnlyDictionary<string, string?> settings) =>
        EffectiveText.Fingerprint(EffectiveText.Of(settings.Where(setting => IsShared(setting.Key)).ToDictionary(StringComparer.OrdinalIgnoreCase)));

    private static bool IsShared(string path) =>
        path.StartsWith("ReverseProxy:", StringComparison.OrdinalIgnoreCase)
        || (path.StartsWith("Gateway:", StringComparison.OrdinalIgnoreCase)
            && !path.StartsWith("Gateway:Admin:", StringComparison.OrdinalIgnoreCase)
            && !path.Equals("Gateway:DemoApi", StringComparison.OrdinalIgnoreCase));
}
