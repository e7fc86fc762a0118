namespace Gateway.Configuration.Settings;

/// <summary>What was written for a setting.</summary>
internal enum SettingKind
{
    Object,
    Array,

    /// <summary>Text in quotes, or the value of a variable or option.</summary>
    Text,

    /// <summary>A number, <c>true</c> or <c>false</c>.</summary>
    Literal,

    /// <summary>As if the key were not there; hides the same key of an earlier layer.</summary>
    Null,
}
