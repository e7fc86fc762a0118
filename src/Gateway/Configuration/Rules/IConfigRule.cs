using Gateway.Configuration.Mistakes;

namespace Gateway.Configuration.Rules;

/// <summary>One check of a whole configuration. All rules run; all mistakes are shown together.</summary>
internal interface IConfigRule
{
    void Check(ConfigDraft draft, MistakeList mistakes);
}
