using Gateway.Configuration.Settings;

namespace Gateway.Configuration.Mistakes;

/// <summary>One mistake in the settings, or one warning about them.</summary>
/// <param name="Origin">Where the setting comes from.</param>
/// <param name="Path">The setting, for example <c>Gateway:RateLimits:per-client:Limit</c>; empty for the file as a whole.</param>
/// <param name="Problem">What is wrong, naming the bad value unless it may be a secret.</param>
/// <param name="Allowed">What is allowed instead.</param>
/// <param name="Nearest">The valid name nearest to what was written.</param>
/// <param name="IsWarning">True: worth a look, but the settings are used.</param>
public sealed record ConfigMistake(
    SettingOrigin Origin,
    string Path,
    string Problem,
    string? Allowed = null,
    string? Nearest = null,
    bool IsWarning = false)
{
    /// <summary>One line: <c>routes.json:12:18  Gateway:RateLimits:x:Limit  "1O" is not valid; allowed: a whole number</c>.</summary>
    public override string ToString()
    {
        string warning = IsWarning ? "warning: " : "";
        string place = Path.Length == 0 ? $"{Origin}" : $"{Origin}  {Path}";
        string allowed = Allowed is null ? "" : $"; allowed: {Allowed}";
        string nearest = Nearest is null ? "" : $"; did you mean \"{Nearest}\"?";
        return $"{place}  {warning}{Problem}{allowed}{nearest}";
    }
}
